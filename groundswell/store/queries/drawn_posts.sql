-- Grain: one row per post drawn for the target.
SELECT DISTINCT post_no
FROM drawn
WHERE topic = $topic AND target = $target
