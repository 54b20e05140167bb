-- Grain: one row per topic and post, of the wanted posts that are not hidden, as the tables now stand.
CREATE OR REPLACE TEMP TABLE fresh_facts AS
WITH loud AS (
    SELECT
        post_no,
        arg_max(
            coalesce(likes, 0) + coalesce(reposts, 0) + coalesce(replies, 0) + coalesce(quotes, 0),
            seen_at
        ) AS loudness
    FROM engagement
    WHERE post_no IN (SELECT post_no FROM wanted)
    GROUP BY post_no
),

read_of AS (
    SELECT * FROM readings WHERE post_no IN (SELECT post_no FROM wanted)
),

found AS (
    SELECT DISTINCT topic, post_no FROM matches WHERE post_no IN (SELECT post_no FROM wanted)
)

SELECT
    f.topic,
    p.post_no,
    p.source,
    p.lang,
    p.author_no,
    p.posted_at,
    round(r.compound, 4) AS compound,
    coalesce(r.sentiment, 'not_scored') AS sentiment,
    round(r.irony, 4) AS irony,
    r.reader,
    l.loudness,
    p.skewed,
    p.withheld IS NOT NULL AS withheld,
    starts_with(p.text, 'RT @') AS repost
FROM posts AS p
INNER JOIN found AS f ON p.post_no = f.post_no
LEFT JOIN read_of AS r ON p.post_no = r.post_no
LEFT JOIN loud AS l ON p.post_no = l.post_no
WHERE
    p.post_no IN (SELECT post_no FROM wanted)
    AND p.post_no NOT IN (SELECT post_no FROM hidden);
