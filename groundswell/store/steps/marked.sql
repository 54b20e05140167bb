-- Grain: one row per post or account that a mark of this group is on, the latest; of two at one moment
-- the one that hides. Parallel lists; exactly one of uri and author_id is set in each.
CREATE OR REPLACE TEMP TABLE marked AS
SELECT
    md5_number(source || chr(31) || coalesce(uri, author_id)) AS key,
    uri IS NULL AS is_account,
    arg_max(reason, (seen_at, NOT lifted)) AS reason,
    arg_max(lifted, (seen_at, NOT lifted)) AS lifted,
    max(seen_at) AS seen_at,
    $now::TIMESTAMPTZ AS noted_at
FROM (
    SELECT
        unnest($sources::VARCHAR[]) AS source,
        unnest($uris::VARCHAR[]) AS uri,
        unnest($author_ids::VARCHAR[]) AS author_id,
        unnest($reasons::VARCHAR[]) AS reason,
        unnest($lifted::BOOLEAN[]) AS lifted,
        unnest($seen_ats::TIMESTAMPTZ[]) AS seen_at
)
GROUP BY key, is_account;
