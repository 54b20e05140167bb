-- Grain: one row per post and target of the topic that it speaks of, in order of time, withheld posts
-- left out. confidence 0 to 1. model: with its version. Everything quoted, unknown is empty.
COPY (
    WITH {chosen}

    SELECT
        p.source,
        CASE WHEN nameless(p.labels) THEN masked(p.source, p.uri) ELSE disarmed(p.uri) END AS uri,
        disarmed(s.target) AS target,
        s.stance,
        round(s.confidence, 4) AS confidence,
        disarmed(m.model || ' ' || m.version) AS model
    FROM chosen AS g
    INNER JOIN stances AS s ON s.topic = $topic AND g.post_no = s.post_no
    INNER JOIN posts AS p ON g.post_no = p.post_no
    INNER JOIN models AS m ON s.reader = m.rank
    WHERE NOT g.withheld AND ($target::VARCHAR IS NULL OR s.target = $target::VARCHAR)
    ORDER BY g.posted_at, p.key, s.target
) TO $path (FORMAT csv, HEADER true, FORCE_QUOTE *, NEW_LINE '\r\n');
