-- Grain: one row per post in order of time, withheld posts left out. UTC. Counts are those of the
-- latest sighting, unknown is empty. Everything quoted, text disarmed against formulas.
COPY (
    WITH {chosen},

    latest AS (
        SELECT post_no, max(seen_at) AS seen_at
        FROM engagement
        WHERE post_no IN (SELECT post_no FROM chosen)
        GROUP BY post_no
    ),

    also AS (
        SELECT post_no, list(topic) AS topics
        FROM facts
        WHERE topic <> $topic AND post_no IN (SELECT post_no FROM chosen)
        GROUP BY post_no
    )

    SELECT
        p.source,
        CASE WHEN nameless(p.labels) THEN masked(p.source, p.uri) ELSE disarmed(p.uri) END AS uri,
        CASE WHEN NOT nameless(p.labels) THEN disarmed(p.url) END AS url,
        CASE WHEN NOT nameless(p.labels) THEN disarmed(p.author) END AS author,
        CASE WHEN NOT nameless(p.labels) THEN disarmed(p.author_name) END AS author_name,
        iso(p.created_at) AS created_at,
        iso(p.first_seen_at) AS first_seen_at,
        disarmed(p.text) AS text,
        p.lang,
        disarmed(p.reply_to) AS reply_to,
        disarmed(p.quote_of) AS quote_of,
        c.likes,
        c.reposts,
        c.replies,
        c.quotes,
        g.compound,
        g.sentiment,
        g.irony,
        array_to_string(list_sort(list_append(coalesce(a.topics, []), $topic)), '|') AS matched
    FROM chosen AS g
    INNER JOIN posts AS p ON g.post_no = p.post_no
    LEFT JOIN latest AS l ON g.post_no = l.post_no
    LEFT JOIN engagement AS c ON l.post_no = c.post_no AND l.seen_at = c.seen_at
    LEFT JOIN also AS a ON g.post_no = a.post_no
    WHERE NOT g.withheld
    ORDER BY g.posted_at, p.key
) TO $path (FORMAT csv, HEADER true, FORCE_QUOTE *, NEW_LINE '\r\n');
