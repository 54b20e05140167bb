-- Grain: one row per post and file it must be cut out of.
SELECT DISTINCT file_no, source, uri FROM raw_erasures ORDER BY file_no;
