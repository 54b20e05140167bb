-- Grain: one row per post, in $order (newest, oldest, loudest, most_negative, most_positive),
-- unknown last, equal ones by number. Times UTC. Counts are those of the latest sighting.
WITH {chosen},

page AS MATERIALIZED (
    SELECT
        post_no,
        compound,
        sentiment,
        CASE $order
            WHEN 'newest' THEN -epoch_us(posted_at)
            WHEN 'oldest' THEN epoch_us(posted_at)
            WHEN 'loudest' THEN -loudness
            WHEN 'most_negative' THEN compound
            WHEN 'most_positive' THEN -compound
        END AS place
    FROM chosen
    ORDER BY place NULLS LAST, post_no
    LIMIT $limit OFFSET $offset
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
)

SELECT
    p.source,
    p.uri,
    p.url,
    p.author,
    p.author_name,
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
    NULL::DOUBLE AS irony,
    f.matched,
    f.routes,
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
    p.quoted_text,
    p.alt_text,
    p.text_truncated
FROM page AS g
INNER JOIN posts AS p ON g.post_no = p.post_no
INNER JOIN found AS f ON g.post_no = f.post_no
LEFT JOIN counts AS c ON g.post_no = c.post_no
ORDER BY g.place NULLS LAST, g.post_no;
