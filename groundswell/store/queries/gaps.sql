-- Grain: one row per window that was not read completely, cut to the period; half-open, UTC.
SELECT
    source,
    instance,
    route,
    greatest(window_start, $since::TIMESTAMPTZ) AS start,
    least(window_end, $until::TIMESTAMPTZ) AS "end",
    status,
    reason
FROM coverage
WHERE
    topic = $topic
    AND status <> 'complete'
    AND ($since::TIMESTAMPTZ IS NULL OR window_end > $since::TIMESTAMPTZ)
    AND ($until::TIMESTAMPTZ IS NULL OR window_start < $until::TIMESTAMPTZ)
    AND ($sources::VARCHAR[] IS NULL OR list_contains($sources::VARCHAR[], source))
ORDER BY start, source, instance, route;
