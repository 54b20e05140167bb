-- Grain: one row per post and moment whose counts differ from the sighting before it. Sightings
-- without any count say nothing; of several at one moment the highest counts stand.
CREATE OR REPLACE TEMP TABLE fresh_engagement AS
WITH seen AS (
    SELECT
        a.post_no,
        i.first_seen_at AS seen_at,
        max(i.likes) AS likes,
        max(i.reposts) AS reposts,
        max(i.replies) AS replies,
        max(i.quotes) AS quotes
    FROM incoming AS i
    INNER JOIN arriving AS a ON i.key = a.key
    WHERE coalesce(i.likes, i.reposts, i.replies, i.quotes) IS NOT NULL
    GROUP BY a.post_no, i.first_seen_at
),

stored AS (
    SELECT post_no, seen_at, likes, reposts, replies, quotes
    FROM engagement
    WHERE post_no IN (SELECT post_no FROM arriving WHERE standing <> 'new')
),

in_order AS (
    SELECT
        *,
        lag({'l': likes, 'r': reposts, 'p': replies, 'q': quotes})
            OVER (PARTITION BY post_no ORDER BY seen_at, is_stored DESC) AS before
    FROM (
        SELECT *, false AS is_stored
        FROM seen
        ANTI JOIN stored USING (post_no, seen_at)
        UNION ALL
        SELECT *, true AS is_stored FROM stored
    )
)

SELECT post_no, seen_at, likes, reposts, replies, quotes
FROM in_order
WHERE
    NOT is_stored
    AND before IS DISTINCT FROM {'l': likes, 'r': reposts, 'p': replies, 'q': quotes};
