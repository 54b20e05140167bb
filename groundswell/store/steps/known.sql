-- Grain: one row per stored post among the sightings; seen_at is when the version that stands was last
-- told of or seen, edit_rank as in incoming. Two looks: the keys of all posts first, then the wide columns of the few found.
CREATE OR REPLACE TEMP TABLE known AS
WITH found AS (
    SELECT rowid AS place FROM posts WHERE key IN (SELECT key FROM incoming)
),

stored AS (
    SELECT
        post_no,
        key,
        first_seen_at,
        posted_at,
        skewed,
        version,
        edited_at,
        coalesce(CASE WHEN announced_at IS NULL THEN edited_at END, '-infinity'::TIMESTAMPTZ)
            AS edit_rank,
        coalesce(announced_at, seen_at) AS seen_at,
        withheld,
        author_id,
        author,
        text
    FROM posts
    WHERE rowid IN (SELECT place FROM found)
),

again AS (
    SELECT post_no, max(seen_at) AS seen_at
    FROM sightings
    WHERE post_no IN (SELECT post_no FROM stored)
    GROUP BY post_no
)

SELECT s.* REPLACE (greatest(s.seen_at, a.seen_at) AS seen_at)
FROM stored AS s
LEFT JOIN again AS a ON s.post_no = a.post_no;
