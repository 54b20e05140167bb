-- Grain: one row per registered file of raw items.
SELECT file_no FROM raw_files ORDER BY file_no;
