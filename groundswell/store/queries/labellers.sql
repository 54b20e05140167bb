-- Grain: one row per labeller of the target, the busiest first. Unit: posts that are shown; seconds.
SELECT
    labeller,
    count(*) FILTER (WHERE label <> 'skip') AS labels,
    count(*) FILTER (WHERE label = 'skip') AS skips,
    median(took_s) FILTER (WHERE label <> 'skip') AS took_s,
    max(labelled_at) AS last_at
FROM labels
WHERE
    topic = $topic
    AND target = $target
    AND post_no IN (SELECT post_no FROM facts WHERE topic = $topic)
GROUP BY labeller
ORDER BY labels DESC, labeller
