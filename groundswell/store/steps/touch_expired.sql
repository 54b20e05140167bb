-- Grain: one row per stored post whose text is kept and was last seen before its source's cutoff
-- (parallel lists $sources and $cutoffs); $limit of them.
CREATE OR REPLACE TEMP TABLE touched AS
WITH kept AS (
    SELECT unnest($sources::VARCHAR[]) AS source, unnest($cutoffs::TIMESTAMPTZ[]) AS cutoff
),

due AS (
    SELECT p.post_no, k.cutoff
    FROM posts AS p
    INNER JOIN kept AS k ON p.source = k.source
    WHERE p.withheld IS NULL AND p.seen_at < k.cutoff
),

seen_since AS (
    SELECT s.post_no
    FROM sightings AS s
    INNER JOIN due AS d ON s.post_no = d.post_no AND s.seen_at >= d.cutoff
)

SELECT post_no, key, source, uri, author
FROM posts
WHERE
    post_no IN (SELECT post_no FROM due)
    AND post_no NOT IN (SELECT post_no FROM seen_since)
ORDER BY post_no
LIMIT $limit;
