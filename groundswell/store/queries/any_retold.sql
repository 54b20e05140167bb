-- Grain: one row when the terms of a stored post change in this group, else none.
SELECT 1 FROM retold LIMIT 1;
