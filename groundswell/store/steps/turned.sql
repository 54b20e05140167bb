-- Grain: one row per stored post that is to be hidden (hides) or shown again, of those a mark of this
-- group is on, itself or with its account, and those that came in. Missing is who was not there twice,
-- two hours apart or more, and was not seen since.
CREATE OR REPLACE TEMP TABLE turned AS
WITH concerned AS (
    SELECT post_no FROM met
    UNION
    SELECT post_no FROM posts WHERE key IN (SELECT key FROM marked WHERE NOT is_account)
    UNION
    SELECT post_no
    FROM posts
    WHERE
        author_no IN (
            SELECT a.author_no
            FROM authors AS a
            INNER JOIN marked AS m ON a.key = m.key AND m.is_account
        )
),

looked_at AS (
    SELECT post_no, key, author_no
    FROM posts
    WHERE post_no IN (SELECT post_no FROM concerned)
),

missed AS (
    SELECT key
    FROM missing
    GROUP BY key
    HAVING max(seen_at) - min(seen_at) >= INTERVAL 2 HOUR
),

judged AS (
    SELECT
        l.post_no,
        coalesce(
            o.reason, h.reason, CASE WHEN m.key IS NOT NULL THEN 'missing upstream' END
        ) AS reason
    FROM looked_at AS l
    LEFT JOIN authors AS a ON l.author_no = a.author_no
    LEFT JOIN hidings AS o ON l.key = o.key AND NOT o.is_account AND NOT o.lifted
    LEFT JOIN hidings AS h ON a.key = h.key AND h.is_account AND NOT h.lifted
    LEFT JOIN missed AS m ON l.key = m.key
)

SELECT j.post_no, j.reason, j.reason IS NOT NULL AS hides
FROM judged AS j
LEFT JOIN hidden AS h ON j.post_no = h.post_no
WHERE (j.reason IS NOT NULL) <> (h.post_no IS NOT NULL);
