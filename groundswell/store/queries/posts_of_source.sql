-- Grain: one row. Unit: stored posts of a source.
SELECT count(*) AS posts FROM posts WHERE source = $source;
