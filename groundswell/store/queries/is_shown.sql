-- Grain: one row where the post is shown in the topic.
SELECT 1 AS shown
FROM facts
WHERE topic = $topic AND post_no = $post_no
