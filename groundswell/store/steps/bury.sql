-- Grain: one row per post or account that must go now. Parallel lists; exactly one of uri and
-- author_id is set in each. The first reason stands, and the latest time. $final: for good.
CREATE OR REPLACE TEMP TABLE buried AS
SELECT
    md5_number(source || chr(31) || coalesce(uri, author_id)) AS key,
    source,
    uri,
    author_id,
    arg_min(reason, seen_at) AS reason,
    max(seen_at) AS seen_at,
    $final AS final,
    $now::TIMESTAMPTZ AS noted_at
FROM (
    SELECT
        unnest($sources::VARCHAR[]) AS source,
        unnest($uris::VARCHAR[]) AS uri,
        unnest($author_ids::VARCHAR[]) AS author_id,
        unnest($reasons::VARCHAR[]) AS reason,
        unnest($seen_ats::TIMESTAMPTZ[]) AS seen_at
)
GROUP BY source, uri, author_id;
