-- Grain: one row per notice, latest first. $topic NULL: all; a notice without topic is everybody's.
SELECT noticed_at, source, topic, route, kind, message
FROM notices
WHERE $topic::VARCHAR IS NULL OR topic IS NULL OR topic = $topic::VARCHAR
ORDER BY noticed_at DESC
LIMIT $limit;
