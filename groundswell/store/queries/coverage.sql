-- Grain: one row per window of a topic, whatever its status; half-open, UTC. Unit of counts: posts.
SELECT
    source,
    instance,
    route,
    window_start AS start,
    window_end AS "end",
    status,
    reason,
    found,
    dropped
FROM coverage
WHERE topic = $topic
ORDER BY source, instance, route, start;
