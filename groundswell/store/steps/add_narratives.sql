-- The narratives as they were told that have posts.
INSERT INTO narratives
SELECT $topic, $target, narrative, side, terms, counter, nearness, merged, split_from, found_at
FROM told_narratives
WHERE narrative IN (
    SELECT narrative FROM narrative_posts WHERE topic = $topic AND target = $target
)
ORDER BY narrative;
