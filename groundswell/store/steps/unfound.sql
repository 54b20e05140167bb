-- Grain: one row per post that was asked for and not there, and moment. Parallel lists.
CREATE OR REPLACE TEMP TABLE unfound AS
SELECT DISTINCT md5_number(source || chr(31) || uri) AS key, seen_at
FROM (
    SELECT
        unnest($sources::VARCHAR[]) AS source,
        unnest($uris::VARCHAR[]) AS uri,
        unnest($seen_ats::TIMESTAMPTZ[]) AS seen_at
);
