-- Writes new posts and newer versions of stored ones, as they come: sorting these wide rows would
-- cost a tenth of all absorbing, and a group seldom fills a row group anyhow.
INSERT INTO posts BY NAME
SELECT
    n.post_no,
    n.key,
    i.source,
    i.uri,
    i.url,
    i.instance,
    w.author_no,
    i.author_id,
    i.author,
    i.author_name,
    i.created_at,
    n.first_seen_at,
    i.indexed_at,
    n.posted_at,
    n.skewed,
    i.version,
    i.edited_at,
    i.announced_at,
    n.seen_at,
    i.lang,
    i.lang_confidence,
    i.lang_declared,
    i.text,
    i.text_truncated,
    i.reply_to,
    i.thread_root,
    i.quote_of,
    i.quoted_text,
    i.card_url,
    i.card_text,
    i.alt_text,
    i.links,
    i.tags,
    i.mentions,
    i.labels,
    i.withheld
FROM arriving AS n
INNER JOIN incoming AS i ON n.sighting = i.sighting
LEFT JOIN authors AS w ON i.account_key = w.key AND i.withheld IS NULL
WHERE n.standing IN ('new', 'changed');
