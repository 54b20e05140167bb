-- Grain: one row when the narratives about the target were read at $read_at or later.
SELECT 1 AS later
FROM narratings
WHERE topic = $topic AND target = $target AND read_at >= $read_at;
