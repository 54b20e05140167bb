-- Grain: one row. Posts of a source in a topic that were posted while two routes were both read
-- completely, by which of the two found them. Windows: parallel lists, half-open, UTC, no overlap.
WITH windows AS (
    SELECT
        unnest($starts::TIMESTAMPTZ[]) AS window_start,
        unnest($ends::TIMESTAMPTZ[]) AS window_end
),

told AS (
    SELECT
        f.post_no,
        bool_or(m.route = $first) AS by_first,
        bool_or(m.route = $second) AS by_second
    FROM facts AS f
    INNER JOIN windows AS w ON f.posted_at >= w.window_start AND f.posted_at < w.window_end
    INNER JOIN matches AS m ON f.post_no = m.post_no AND f.topic = m.topic
    WHERE f.topic = $topic AND f.source = $source
    GROUP BY f.post_no
)

SELECT
    count(*) FILTER (WHERE by_first) AS first,
    count(*) FILTER (WHERE by_second) AS second,
    count(*) FILTER (WHERE by_first AND by_second) AS both
FROM told;
