-- Grain: one row per post of $post_nos that is shown in the topic: what whoever quotes it must know.
-- wording_at: when these words were brought; last_seen_at: when they were last seen or asked for and
-- found. edits: versions known that do not stand. raw: the site's own answer is kept. The post it
-- answers: its address, text and author as far as they are stored, may be shown and may be named.
-- Times UTC.
WITH meant AS (
    SELECT p.post_no, p.seen_at, md5_number(p.source || chr(31) || p.reply_to) AS parent
    FROM posts AS p
    WHERE
        p.post_no IN (
            SELECT post_no
            FROM facts
            WHERE topic = $topic AND post_no IN (SELECT unnest($post_nos::BIGINT[]))
        )
),

seen AS (
    SELECT post_no, max(told_at) AS told_at
    FROM (
        SELECT post_no, seen_at AS told_at FROM sightings
        UNION ALL
        SELECT post_no, checked_at FROM checks
    )
    WHERE post_no IN (SELECT post_no FROM meant)
    GROUP BY post_no
),

edited AS (
    SELECT post_no, count(*) AS edits, max(replaced_at) AS replaced_at
    FROM edits
    WHERE post_no IN (SELECT post_no FROM meant)
    GROUP BY post_no
),

-- Their numbers first: looking for a key among wide rows would read all of them.
answered AS MATERIALIZED (
    SELECT post_no
    FROM posts
    WHERE
        key IN (SELECT parent FROM meant)
        AND post_no NOT IN (SELECT post_no FROM hidden)
        AND key NOT IN (SELECT key FROM hidings WHERE NOT lifted AND NOT is_account)
),

parents AS (
    SELECT
        key,
        url,
        text,
        author,
        author_name,
        nameless(labels) AS unnamed
    FROM posts
    WHERE post_no IN (SELECT post_no FROM answered) AND withheld IS NULL
)

SELECT
    m.post_no,
    m.seen_at AS wording_at,
    greatest(m.seen_at, s.told_at) AS last_seen_at,
    coalesce(e.edits, 0) AS edits,
    e.replaced_at,
    m.post_no IN (SELECT post_no FROM raw_items) AS raw,
    a.text AS parent_text,
    CASE WHEN NOT a.unnamed THEN a.url END AS parent_url,
    CASE WHEN NOT a.unnamed THEN a.author END AS parent_author,
    CASE WHEN NOT a.unnamed THEN a.author_name END AS parent_name
FROM meant AS m
LEFT JOIN seen AS s ON m.post_no = s.post_no
LEFT JOIN edited AS e ON m.post_no = e.post_no
LEFT JOIN parents AS a ON m.parent = a.key
ORDER BY m.post_no;
