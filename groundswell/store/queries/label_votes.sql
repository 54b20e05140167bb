-- Grain: one row per label given towards the target to a post that is shown, skips left out.
SELECT post_no, labeller, label
FROM labels
WHERE
    topic = $topic
    AND target = $target
    AND label <> 'skip'
    AND post_no IN (SELECT post_no FROM facts WHERE topic = $topic)
ORDER BY post_no, labeller
