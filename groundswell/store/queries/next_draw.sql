-- Grain: one row: the number of the next draw for the target.
SELECT coalesce(max(draw), 0) + 1 AS draw
FROM draws
WHERE topic = $topic AND target = $target
