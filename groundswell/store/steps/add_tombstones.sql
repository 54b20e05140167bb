-- Stops every later import of what is buried. The first word on it stands.
INSERT INTO tombstones
SELECT b.key, b.source, b.uri, b.author_id, min_by(b.reason, b.seen_at), min(b.seen_at)
FROM buried AS b
ANTI JOIN tombstones AS t ON b.key = t.key AND (b.uri IS NULL) = (t.uri IS NULL)
GROUP BY b.key, b.source, b.uri, b.author_id;
