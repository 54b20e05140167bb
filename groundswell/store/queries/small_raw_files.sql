-- Grain: one row per file of raw items smaller than $bytes, oldest first, at most $files.
SELECT file_no, items
FROM raw_files
WHERE bytes < $bytes
ORDER BY file_no
LIMIT $files;
