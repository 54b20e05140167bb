-- Grain: one row per window of a route, in order of time; half-open, UTC. Units: posts
-- (found, dropped), items (rejected), pages, requests.
SELECT instance, window_start, window_end, status, reason, found, dropped, pages, rejected, requests
FROM coverage
WHERE source = $source AND topic = $topic AND route = $route
ORDER BY window_start, instance;
