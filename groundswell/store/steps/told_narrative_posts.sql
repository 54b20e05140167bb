-- Grain: one row per post of a narrative, by the batch file. $files: its path.
CREATE OR REPLACE TEMP TABLE told_narrative_posts AS
SELECT md5_number(source || chr(31) || uri) AS key, seen_at, narrative, closeness
FROM read_parquet($files);
