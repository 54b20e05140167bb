-- Grain: one row per topic whose posts came in, new or once more.
SELECT topic FROM fresh_facts
UNION
SELECT topic FROM facts WHERE post_no IN (SELECT post_no FROM known);
