-- Grain: one row when a post of this group is stored already, else none.
SELECT 1 FROM known LIMIT 1;
