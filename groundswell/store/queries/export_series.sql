-- Grain: one row per bucket and source that has posts or was ever asked for, of all posts (target
-- empty) and of those that speak of each target of the topic. UTC; $bucket: hour, day, week (from
-- Monday). coverage: share of the bucket read completely, 0 to 1, by any route,
-- mean over servers. Without posts: 0 where coverage is 1, else empty, which is "not known". Mean
-- compound -1 to 1. Stances are as the model reads them; shares and their intervals are estimated
-- elsewhere: their columns are empty.
COPY (
    WITH {chosen},

    step AS (
        SELECT
            CASE $bucket
                WHEN 'hour' THEN INTERVAL 1 HOUR
                WHEN 'day' THEN INTERVAL 1 DAY
                WHEN 'week' THEN INTERVAL 7 DAY
            END AS width
    ),

    towards AS (
        SELECT 0 AS place, NULL::VARCHAR AS target
        UNION ALL
        SELECT generate_subscripts(names, 1), unnest(names) FROM targets WHERE topic = $topic
    ),

    said AS (
        SELECT 0 AS place, *, NULL::VARCHAR AS stance FROM chosen
        UNION ALL
        SELECT t.place, c.*, s.stance
        FROM chosen AS c
        INNER JOIN stances AS s ON s.topic = $topic AND c.post_no = s.post_no
        INNER JOIN towards AS t ON s.target = t.target
    ),

    counted AS (
        SELECT
            date_trunc($bucket, posted_at) AS bucket_start,
            source,
            place,
            count(*) AS posts,
            count(DISTINCT author_no) AS authors,
            count(*) FILTER (WHERE stance = 'against') AS against,
            count(*) FILTER (WHERE stance = 'favor') AS favor,
            count(*) FILTER (WHERE stance = 'none') AS none,
            count(*) FILTER (WHERE stance = 'not_scored') AS not_scored,
            round(sum(round(compound * 10000)::BIGINT) / 1e4 / nullif(count(compound), 0), 6)
                AS mean_compound
        FROM said
        GROUP BY bucket_start, source, place
    ),

    asked AS (
        SELECT
            source,
            coalesce(instance, '') AS instance,
            status,
            greatest(window_start, $since::TIMESTAMPTZ) AS first,
            least(window_end, $until::TIMESTAMPTZ) AS last
        FROM coverage
        WHERE
            topic = $topic
            AND ($since::TIMESTAMPTZ IS NULL OR window_end > $since::TIMESTAMPTZ)
            AND ($until::TIMESTAMPTZ IS NULL OR window_start < $until::TIMESTAMPTZ)
            AND ($sources::VARCHAR[] IS NULL OR list_contains($sources::VARCHAR[], source))
    ),

    grid AS (
        SELECT bucket_start, source FROM counted
        UNION
        SELECT
            unnest(
                generate_series(
                    date_trunc($bucket, a.first), a.last - INTERVAL 1 MICROSECOND, s.width
                )
            ),
            a.source
        FROM asked AS a
        CROSS JOIN step AS s
    ),

    -- Complete windows of several routes may overlap: each server's are joined before measuring.
    begun AS (
        SELECT
            *,
            first > coalesce(
                max(last) OVER (
                    PARTITION BY source, instance ORDER BY first, last
                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                ),
                '-infinity'::TIMESTAMPTZ
            ) AS begins
        FROM asked
        WHERE status = 'complete'
    ),

    joined AS (
        SELECT source, instance, min(first) AS first, max(last) AS last
        FROM (
            SELECT
                *,
                count(*) FILTER (WHERE begins)
                    OVER (PARTITION BY source, instance ORDER BY first, last) AS island
            FROM begun
        )
        GROUP BY source, instance, island
    ),

    servers AS (
        SELECT source, count(DISTINCT instance) AS servers FROM asked GROUP BY source
    ),

    -- The first and the last bucket of a period may be cut by it: only what is asked for counts.
    covered AS (
        SELECT
            g.bucket_start,
            g.source,
            sum(
                epoch_us(least(j.last, g.bucket_start + s.width))
                - epoch_us(greatest(j.first, g.bucket_start))
            ) AS covered_us
        FROM grid AS g
        CROSS JOIN step AS s
        INNER JOIN joined AS j
            ON
                g.source = j.source
                AND j.first < g.bucket_start + s.width
                AND j.last > g.bucket_start
        GROUP BY g.bucket_start, g.source
    ),

    measured AS (
        SELECT
            g.bucket_start,
            g.source,
            round(
                coalesce(c.covered_us, 0) / nullif(v.servers, 0)
                / (
                    epoch_us(least(g.bucket_start + s.width, $until::TIMESTAMPTZ))
                    - epoch_us(greatest(g.bucket_start, $since::TIMESTAMPTZ))
                ),
                4
            ) AS coverage
        FROM grid AS g
        CROSS JOIN step AS s
        LEFT JOIN covered AS c ON g.bucket_start = c.bucket_start AND g.source = c.source
        LEFT JOIN servers AS v ON g.source = v.source
    )

    SELECT
        iso(m.bucket_start) AS bucket_start,
        m.source,
        disarmed(t.target) AS target,
        coalesce(n.posts, m.nothing) AS posts,
        coalesce(n.authors, m.nothing) AS authors,
        CASE WHEN t.place > 0 THEN coalesce(n.against, m.nothing) END AS against,
        CASE WHEN t.place > 0 THEN coalesce(n.favor, m.nothing) END AS favor,
        CASE WHEN t.place > 0 THEN coalesce(n.none, m.nothing) END AS none,
        CASE WHEN t.place > 0 THEN coalesce(n.not_scored, m.nothing) END AS not_scored,
        NULL::DOUBLE AS against_share,
        NULL::DOUBLE AS against_low,
        NULL::DOUBLE AS against_high,
        n.mean_compound,
        coalesce(m.coverage, 0) AS coverage
    FROM (SELECT *, CASE WHEN coverage = 1 THEN 0 END AS nothing FROM measured) AS m
    CROSS JOIN towards AS t
    LEFT JOIN counted AS n
        ON m.bucket_start = n.bucket_start AND m.source = n.source AND t.place = n.place
    ORDER BY m.bucket_start, m.source, t.place
) TO $path (FORMAT csv, HEADER true, FORCE_QUOTE *, NEW_LINE '\r\n');
