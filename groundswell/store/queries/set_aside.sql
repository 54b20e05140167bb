-- Grain: one row per item that waits in quarantine, with what reading it again needs, by id from $after
-- on. $topic, $source, $ids NULL: all. seen_at UTC.
SELECT id, source, topic, route, instance, url, context, raw, seen_at
FROM quarantine
WHERE
    state = 'waiting'
    AND ($topic::VARCHAR IS NULL OR topic = $topic::VARCHAR)
    AND ($source::VARCHAR IS NULL OR source = $source::VARCHAR)
    AND ($ids::VARCHAR[] IS NULL OR id IN (SELECT unnest($ids::VARCHAR[])))
    AND ($after::VARCHAR IS NULL OR id > $after::VARCHAR)
ORDER BY id
LIMIT $limit;
