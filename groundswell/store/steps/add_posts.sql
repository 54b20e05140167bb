-- Writes new posts and newer versions of stored ones.
INSERT INTO posts BY NAME
SELECT
    n.post_no,
    n.key,
    n.source,
    n.uri,
    n.url,
    n.instance,
    w.author_no,
    n.author_id,
    n.author,
    n.author_name,
    n.created_at,
    n.first_seen_at,
    n.indexed_at,
    n.posted_at,
    n.skewed,
    n.version,
    n.edited_at,
    n.seen_at,
    n.lang,
    n.lang_confidence,
    n.lang_declared,
    n.text,
    n.text_truncated,
    n.reply_to,
    n.thread_root,
    n.quote_of,
    n.quoted_text,
    n.card_url,
    n.card_text,
    n.alt_text,
    n.links,
    n.tags,
    n.mentions,
    n.labels,
    n.withheld
FROM arriving AS n
LEFT JOIN authors AS w ON n.account_key = w.key AND n.withheld IS NULL
WHERE n.standing IN ('new', 'changed')
ORDER BY n.post_no;
