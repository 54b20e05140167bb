-- Grain: one row per post drawn for the target that labellers agree on. on_topic: it is of the story,
-- whatever its stance. weight: how many posts it stands for, above 0.
WITH {votes},

{weights}

SELECT p.source, p.uri, v.truth <> 'off_topic' AS on_topic, w.weight
FROM votes AS v
INNER JOIN weights AS w ON v.post_no = w.post_no
INNER JOIN posts AS p ON v.post_no = p.post_no
WHERE v.truth IN ('against', 'none', 'favor', 'off_topic')
ORDER BY p.post_no;
