-- Grain: one row per post of the topic whose text is kept, newest first; $limit of them behind the
-- place ($before_us, $before_no), NULL: from the newest on. Fields are those of the sighting that
-- brought the version that stands, dated by it: absorbed once more, it changes nothing but scores.
-- Times UTC. scored_by: model, version and target of every score stored.
WITH page AS MATERIALIZED (
    SELECT post_no, epoch_us(posted_at) AS posted_us
    FROM facts
    WHERE
        topic = $topic
        AND NOT withheld
        AND (
            $before_us::BIGINT IS NULL
            OR epoch_us(posted_at) < $before_us::BIGINT
            OR (epoch_us(posted_at) = $before_us::BIGINT AND post_no < $before_no::BIGINT)
        )
    ORDER BY posted_us DESC, post_no DESC
    LIMIT $limit
),

scored AS (
    SELECT post_no, list({'model': model, 'version': version, 'target': target}) AS scored_by
    FROM scores
    WHERE post_no IN (SELECT post_no FROM page)
    GROUP BY post_no
)

SELECT
    g.posted_us,
    g.post_no,
    p.source,
    p.uri,
    p.seen_at AS first_seen_at,
    p.text,
    p.text_truncated,
    p.url,
    p.instance,
    p.author_id,
    p.author,
    p.author_name,
    p.created_at,
    p.indexed_at,
    p.version,
    p.edited_at,
    p.lang_declared,
    p.reply_to,
    p.thread_root,
    p.quote_of,
    p.quoted_text,
    p.card_url,
    p.card_text,
    p.alt_text,
    p.links,
    p.tags,
    p.mentions,
    p.labels,
    coalesce(s.scored_by, []) AS scored_by
FROM page AS g
INNER JOIN posts AS p ON g.post_no = p.post_no
LEFT JOIN scored AS s ON g.post_no = s.post_no
ORDER BY g.posted_us DESC, g.post_no DESC;
