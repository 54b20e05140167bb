-- Grain: one row per sighting whose counts differ from the sighting before it. Sightings without
-- any count say nothing.
CREATE OR REPLACE TEMP TABLE fresh_engagement AS
WITH seen AS (
    SELECT DISTINCT a.post_no, i.first_seen_at AS seen_at, i.likes, i.reposts, i.replies, i.quotes
    FROM incoming AS i
    INNER JOIN arriving AS a ON i.key = a.key
    WHERE coalesce(i.likes, i.reposts, i.replies, i.quotes) IS NOT NULL
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
        SELECT *, false AS is_stored FROM seen
        UNION ALL
        SELECT *, true AS is_stored FROM stored
    )
)

SELECT post_no, seen_at, likes, reposts, replies, quotes
FROM in_order
WHERE
    NOT is_stored
    AND before IS DISTINCT FROM {'l': likes, 'r': reposts, 'p': replies, 'q': quotes};
