-- Grain: one row, or none: what the labeller labelled last towards the target, of posts shown.
SELECT post_no, label
FROM labels
WHERE
    topic = $topic
    AND target = $target
    AND labeller = $labeller
    AND post_no IN (SELECT post_no FROM facts WHERE topic = $topic)
ORDER BY labelled_at DESC, post_no DESC
LIMIT 1
