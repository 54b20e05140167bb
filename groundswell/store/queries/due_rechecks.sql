-- Grain: one row per stored post of a topic and source, those not looked at for longest first: looked
-- at is seen, told of, or asked for. Hidden ones are among them, expired ones are not. file_no: where
-- the raw item received last lies, NULL: none is kept. looked_us: microseconds since 1970, UTC.
WITH found AS (
    SELECT post_no, key, uri, instance, url, seen_at
    FROM posts
    WHERE
        source = $source
        AND withheld IS DISTINCT FROM 'expired'
        AND post_no IN (SELECT post_no FROM matches WHERE topic = $topic)
),

seen AS (
    SELECT post_no, max(seen_at) AS seen_at
    FROM sightings
    WHERE post_no IN (SELECT post_no FROM found)
    GROUP BY post_no
),

missed AS (
    SELECT key, max(seen_at) AS seen_at
    FROM missing
    WHERE key IN (SELECT key FROM found)
    GROUP BY key
),

looked AS (
    SELECT
        f.post_no,
        f.uri,
        f.instance,
        f.url,
        greatest(f.seen_at, s.seen_at, m.seen_at, c.checked_at) AS looked_at
    FROM found AS f
    LEFT JOIN seen AS s ON f.post_no = s.post_no
    LEFT JOIN missed AS m ON f.key = m.key
    LEFT JOIN checks AS c ON f.post_no = c.post_no
),

page AS MATERIALIZED (
    SELECT *, epoch_us(looked_at) AS looked_us
    FROM looked
    WHERE
        looked_at < $before::TIMESTAMPTZ
        AND (
            $after_us::BIGINT IS NULL
            OR (epoch_us(looked_at), post_no) > ($after_us::BIGINT, $after_no::BIGINT)
        )
    ORDER BY looked_us, post_no
    LIMIT $limit
)

SELECT
    p.looked_us,
    p.post_no,
    p.uri,
    p.instance,
    p.url,
    (SELECT max(r.file_no) FROM raw_items AS r WHERE r.post_no = p.post_no) AS file_no
FROM page AS p
ORDER BY p.looked_us, p.post_no;
