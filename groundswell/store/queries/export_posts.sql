-- Grain: one row per post in order of time, withheld posts left out. UTC. Counts are those of the
-- latest sighting, unknown is empty. Everything quoted, text disarmed against formulas.
COPY (
    WITH {chosen},

    counts AS (
        SELECT
            post_no, arg_max({'l': likes, 'r': reposts, 'p': replies, 'q': quotes}, seen_at) AS seen
        FROM engagement
        WHERE post_no IN (SELECT post_no FROM chosen)
        GROUP BY post_no
    ),

    found AS (
        SELECT post_no, string_agg(topic, '|' ORDER BY topic) AS matched
        FROM facts
        WHERE post_no IN (SELECT post_no FROM chosen)
        GROUP BY post_no
    )

    SELECT
        p.source,
        disarmed(p.uri) AS uri,
        disarmed(p.url) AS url,
        disarmed(p.author) AS author,
        disarmed(p.author_name) AS author_name,
        iso(p.created_at) AS created_at,
        iso(p.first_seen_at) AS first_seen_at,
        disarmed(p.text) AS text,
        p.lang,
        disarmed(p.reply_to) AS reply_to,
        disarmed(p.quote_of) AS quote_of,
        c.seen.l AS likes,
        c.seen.r AS reposts,
        c.seen.p AS replies,
        c.seen.q AS quotes,
        g.compound,
        g.sentiment,
        NULL::DOUBLE AS irony,
        f.matched
    FROM chosen AS g
    INNER JOIN posts AS p ON g.post_no = p.post_no
    INNER JOIN found AS f ON g.post_no = f.post_no
    LEFT JOIN counts AS c ON g.post_no = c.post_no
    WHERE NOT g.withheld
    ORDER BY g.posted_at, p.key
) TO $path (FORMAT csv, HEADER true, FORCE_QUOTE *, NEW_LINE '\r\n');
