-- Grain: one row. Unit: posts; copies: those that are not the first of their group in the topic.
-- compared_at: when the texts of the topic were last compared, UTC; NULL: never.
WITH {chosen}

SELECT
    count(*) AS posts,
    count(*) FILTER (WHERE k.group_no <> c.post_no) AS copies,
    (SELECT max(read_at) FROM groupings WHERE topic = $topic) AS compared_at
FROM chosen AS c
LEFT JOIN copies AS k ON c.post_no = k.post_no AND k.topic = $topic;
