-- Grain: one row per UTC hour with posts, in order. Unit: posts.
WITH {cells}

SELECT hour, sum(posts)::BIGINT AS posts
FROM cells
GROUP BY hour
HAVING sum(posts) > 0
ORDER BY hour;
