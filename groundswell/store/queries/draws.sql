-- Grain: one row per draw for the target, the first first. left_posts: how many of those drawn for the
-- first time are still there and shown. Times UTC.
SELECT
    d.draw,
    d.seed,
    d.drawn_at,
    d.query,
    d.model,
    d.version,
    d.posts,
    d.size,
    count(f.post_no) AS left_posts
FROM draws AS d
LEFT JOIN drawn AS k
    ON d.topic = k.topic AND d.target = k.target AND d.draw = k.draw AND k.place IS NOT NULL
LEFT JOIN facts AS f ON k.post_no = f.post_no AND f.topic = $topic AND NOT f.withheld
WHERE d.topic = $topic AND d.target = $target
GROUP BY ALL
ORDER BY d.draw
