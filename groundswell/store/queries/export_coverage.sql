-- Grain: one row per window of a topic that touches the period, whatever its status; half-open, UTC.
-- Units: posts (found, dropped), items (rejected), pages, requests.
COPY (
    SELECT
        source,
        disarmed(instance) AS instance,
        route,
        iso(window_start) AS start,
        iso(window_end) AS "end",
        status,
        disarmed(reason) AS reason,
        found,
        dropped,
        pages,
        rejected,
        requests
    FROM coverage
    WHERE
        topic = $topic
        AND ($since::TIMESTAMPTZ IS NULL OR window_end > $since::TIMESTAMPTZ)
        AND ($until::TIMESTAMPTZ IS NULL OR window_start < $until::TIMESTAMPTZ)
        AND ($sources::VARCHAR[] IS NULL OR list_contains($sources::VARCHAR[], source))
    ORDER BY source, instance, route, start
) TO $path (FORMAT csv, HEADER true, FORCE_QUOTE *, NEW_LINE '\r\n');
