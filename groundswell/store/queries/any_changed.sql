-- Grain: one row when a stored post of this group has another text now, or none any more; else none.
SELECT 1 FROM arriving WHERE standing = 'changed' LIMIT 1;
