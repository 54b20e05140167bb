-- Grain: one row per item that waits because it could not become a post, latest sighting first. $topic
-- NULL: all.
SELECT id, source, topic, stage, reason, field_name, url, place, raw, seen_at, tries, state
FROM quarantine
WHERE state = 'waiting' AND ($topic::VARCHAR IS NULL OR topic = $topic::VARCHAR)
ORDER BY seen_at DESC, id
LIMIT $limit OFFSET $offset;
