-- Grain: one row per topic, source and route that ever ran, and one (route: file, state: imported)
-- per source whose posts came in by import alone. Times UTC; unit: posts of the topic
-- from the source, by any route. state judges the last run: ok, partial (something was read),
-- failing (nothing was), closed (the site says no). message: why. Scoring stored posts anew and
-- grouping their copies or reading their narratives asks no source.
WITH last_run AS (
    SELECT
        topic,
        source,
        route,
        max(written_at) AS last_run_at,
        max(written_at) FILTER (WHERE complete OR trouble IS NULL) AS last_ok_at,
        arg_max(run_id, written_at) AS run_id
    FROM batches
    WHERE
        ($topic::VARCHAR IS NULL OR topic = $topic::VARCHAR)
        AND route NOT IN ('rescore', 'copies', 'narratives', 'refresh', 'requeue')
    GROUP BY topic, source, route
),

judged AS (
    SELECT
        r.topic,
        r.source,
        r.route,
        bool_or(b.trouble IS NOT NULL) AS troubled,
        bool_or(b.complete OR b.posts > 0) AS read_some,
        bool_or(coalesce(b.trouble_status = 'closed', false)) AS closed,
        arg_max(b.trouble, b.written_at) AS message
    FROM last_run AS r
    INNER JOIN batches AS b USING (topic, source, route, run_id)
    GROUP BY r.topic, r.source, r.route
),

stored AS (
    SELECT topic, source, sum(posts)::BIGINT AS posts
    FROM rollup_hour
    WHERE $topic::VARCHAR IS NULL OR topic = $topic::VARCHAR
    GROUP BY topic, source
),

bad AS (
    SELECT topic, source, count(*) AS quarantined
    FROM quarantine
    WHERE state = 'waiting'
    GROUP BY topic, source
)

SELECT
    r.topic,
    r.source,
    r.route,
    CASE
        WHEN NOT j.troubled THEN 'ok'
        WHEN j.read_some THEN 'partial'
        WHEN j.closed THEN 'closed'
        ELSE 'failing'
    END AS state,
    r.last_run_at,
    r.last_ok_at,
    c.cursor,
    coalesce(s.posts, 0) AS posts,
    coalesce(b.quarantined, 0) AS quarantined,
    j.message
FROM last_run AS r
INNER JOIN judged AS j USING (topic, source, route)
LEFT JOIN cursors AS c USING (topic, source, route)
LEFT JOIN stored AS s USING (topic, source)
LEFT JOIN bad AS b USING (topic, source)
UNION ALL
SELECT
    s.topic,
    s.source,
    'file',
    'imported',
    i.last_run_at,
    i.last_ok_at,
    NULL,
    s.posts,
    coalesce(b.quarantined, 0),
    NULL
FROM stored AS s
LEFT JOIN last_run AS i ON s.topic = i.topic AND i.source = 'import'
LEFT JOIN bad AS b ON s.topic = b.topic AND s.source = b.source
WHERE NOT EXISTS (
    SELECT 1 FROM last_run AS r WHERE r.topic = s.topic AND r.source = s.source
)
ORDER BY ALL;
