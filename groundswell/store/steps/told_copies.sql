-- Grain: one row per post that has copies, by the batch file; one group, one number. $files: its path.
CREATE OR REPLACE TEMP TABLE told_copies AS
SELECT
    md5_number(source || chr(31) || uri) AS key,
    seen_at,
    md5_number(group_source || chr(31) || group_uri) AS told_group
FROM read_parquet($files);
