-- Grain: one row at most: the last reading for narratives about the target. UTC. Unit: posts.
SELECT posts, stated, read_at, version
FROM narratings
WHERE topic = $topic AND target = $target;
