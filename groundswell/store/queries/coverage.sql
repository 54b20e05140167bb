-- Grain: one row per window of a topic, whatever its status; half-open, UTC. Units: posts
-- (found, dropped), items (rejected), pages, requests.
SELECT
    source,
    instance,
    route,
    window_start AS start,
    window_end AS "end",
    status,
    reason,
    found,
    dropped,
    pages,
    rejected,
    requests
FROM coverage
WHERE topic = $topic
ORDER BY source, instance, route, start;
