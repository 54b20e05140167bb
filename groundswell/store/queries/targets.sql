-- Grain: one row per target of the topic, in its order. Unit: posts that speak of it.
SELECT a.target, coalesce(n.posts, 0) AS posts
FROM (
    SELECT unnest(names) AS target, generate_subscripts(names, 1) AS place
    FROM targets
    WHERE topic = $topic
) AS a
LEFT JOIN (
    SELECT target, count(*) AS posts FROM stances WHERE topic = $topic GROUP BY target
) AS n ON a.target = n.target
ORDER BY a.place;
