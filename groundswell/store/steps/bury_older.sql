-- Grain: as buried: stored posts from before $older_than, of all sources or of one; $limit of them.
CREATE OR REPLACE TEMP TABLE buried AS
SELECT
    key,
    source,
    uri,
    NULL::VARCHAR AS author_id,
    $reason AS reason,
    $now::TIMESTAMPTZ AS seen_at,
    true AS final,
    $now::TIMESTAMPTZ AS noted_at
FROM posts
WHERE
    posted_at < $older_than::TIMESTAMPTZ
    AND ($source::VARCHAR IS NULL OR source = $source::VARCHAR)
ORDER BY post_no
LIMIT $limit;
