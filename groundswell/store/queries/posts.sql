-- Grain: one row per post of the page, in its order. Times UTC. Counts are those of the latest
-- sighting. copies: posts of the topic that say nearly the same, this one with them; 1: no other.
WITH {chosen},

{page},

-- What a hidden post said is not shown where it is quoted either.
unquotable AS (
    SELECT key FROM hidings WHERE NOT lifted AND NOT is_account
    UNION
    SELECT key FROM posts WHERE post_no IN (SELECT post_no FROM hidden)
),

counts AS (
    SELECT post_no, arg_max({'l': likes, 'r': reposts, 'p': replies, 'q': quotes}, seen_at) AS seen
    FROM engagement
    WHERE post_no IN (SELECT post_no FROM page)
    GROUP BY post_no
),

found AS (
    SELECT
        post_no,
        array_to_string(list_sort(list_distinct(list(topic))), '|') AS matched,
        array_to_string(list_sort(list_distinct(list(route))), '|') AS routes
    FROM matches
    WHERE post_no IN (SELECT post_no FROM page)
    GROUP BY post_no
),

alike AS (
    SELECT m.post_no, s.copies
    FROM copies AS m
    INNER JOIN (
        SELECT group_no, count(*) AS copies
        FROM copies
        WHERE
            topic = $topic
            AND group_no IN (
                SELECT group_no
                FROM copies
                WHERE topic = $topic AND post_no IN (SELECT post_no FROM page)
            )
        GROUP BY group_no
    ) AS s ON m.group_no = s.group_no
    WHERE m.topic = $topic AND m.post_no IN (SELECT post_no FROM page)
)

SELECT
    p.source,
    CASE WHEN nameless(p.labels) THEN masked(p.source, p.uri) ELSE p.uri END AS uri,
    CASE WHEN NOT nameless(p.labels) THEN p.url END AS url,
    CASE WHEN NOT nameless(p.labels) THEN p.author END AS author,
    CASE WHEN NOT nameless(p.labels) THEN p.author_name END AS author_name,
    p.created_at,
    p.first_seen_at,
    p.text,
    p.lang,
    p.reply_to,
    p.quote_of,
    c.seen.l AS likes,
    c.seen.r AS reposts,
    c.seen.p AS replies,
    c.seen.q AS quotes,
    g.compound,
    g.sentiment,
    g.irony,
    f.matched,
    f.routes,
    coalesce(a.copies, 1) AS copies,
    p.post_no,
    p.posted_at,
    p.edited_at,
    p.skewed,
    p.withheld,
    p.instance,
    p.labels,
    p.tags,
    p.card_url,
    p.card_text,
    CASE
        WHEN md5_number(p.source || chr(31) || p.quote_of) NOT IN (SELECT key FROM unquotable)
            THEN p.quoted_text
    END AS quoted_text,
    p.alt_text,
    p.text_truncated
FROM page AS g
INNER JOIN posts AS p ON g.post_no = p.post_no
INNER JOIN found AS f ON g.post_no = f.post_no
LEFT JOIN counts AS c ON g.post_no = c.post_no
LEFT JOIN alike AS a ON g.post_no = a.post_no
ORDER BY g.place NULLS LAST, g.post_no;
