-- Grain: one row per label stored of the posts named. Times UTC.
SELECT post_no, target, labeller, label, labelled_at
FROM labels
WHERE topic = $topic AND list_contains($post_nos::BIGINT[], post_no)
