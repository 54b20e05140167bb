-- Grain: one row per post or account that must go now. Parallel lists; exactly one of uri and
-- author_id is set in each.
CREATE OR REPLACE TEMP TABLE buried AS
SELECT DISTINCT
    md5_number(source || chr(31) || coalesce(uri, author_id)) AS key,
    source,
    uri,
    author_id,
    reason,
    seen_at
FROM (
    SELECT
        unnest($sources::VARCHAR[]) AS source,
        unnest($uris::VARCHAR[]) AS uri,
        unnest($author_ids::VARCHAR[]) AS author_id,
        unnest($reasons::VARCHAR[]) AS reason,
        unnest($seen_ats::TIMESTAMPTZ[]) AS seen_at
);
