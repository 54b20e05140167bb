-- Grain: one row per post of $post_nos and target that it speaks of.
SELECT
    post_no,
    target,
    stance,
    confidence
FROM stances
WHERE topic = $topic AND list_contains($post_nos::BIGINT[], post_no)
ORDER BY post_no, target
