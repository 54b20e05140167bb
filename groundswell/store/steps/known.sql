-- Grain: one row per stored post among the sightings; seen_at is the latest sighting of the version
-- that stands. Two looks: the keys of all posts first, then the wide columns of the few found.
CREATE OR REPLACE TEMP TABLE known AS
WITH found AS (
    SELECT rowid AS place FROM posts WHERE key IN (SELECT key FROM incoming)
),

stored AS (
    SELECT
        post_no, key, first_seen_at, posted_at, skewed, version, edited_at, seen_at, withheld, text
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
