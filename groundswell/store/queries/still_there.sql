-- Grain: one row per source that ever brought the topic a post. Unit: posts. collected: all that were
-- stored; of them deleted (there or by hand), hidden for now, withheld for their authors, and expired,
-- whose text may be kept no longer. Withheld and expired ones still count in charts.
WITH shown AS (
    SELECT source, sum(posts)::BIGINT AS posts, sum(withheld)::BIGINT AS textless
    FROM rollup_hour
    WHERE topic = $topic
    GROUP BY source
),

gone AS (
    SELECT source, sum(posts)::BIGINT AS posts FROM removed_hour WHERE topic = $topic GROUP BY source
),

kept_back AS (
    SELECT p.source, count(*) AS posts
    FROM hidden AS h
    INNER JOIN posts AS p ON h.post_no = p.post_no
    WHERE h.post_no IN (SELECT post_no FROM matches WHERE topic = $topic)
    GROUP BY p.source
),

too_old AS (
    SELECT f.source, count(*) AS posts
    FROM facts AS f
    INNER JOIN posts AS p ON f.post_no = p.post_no
    WHERE f.topic = $topic AND f.withheld AND p.withheld = 'expired'
    GROUP BY f.source
),

named AS (
    SELECT source FROM shown
    UNION
    SELECT source FROM gone
    UNION
    SELECT source FROM kept_back
)

SELECT
    n.source,
    coalesce(s.posts, 0) + coalesce(g.posts, 0) + coalesce(k.posts, 0) AS collected,
    coalesce(g.posts, 0) AS deleted,
    coalesce(k.posts, 0) AS hidden,
    coalesce(s.textless, 0) - coalesce(o.posts, 0) AS withheld,
    coalesce(o.posts, 0) AS expired
FROM named AS n
LEFT JOIN shown AS s ON n.source = s.source
LEFT JOIN gone AS g ON n.source = g.source
LEFT JOIN kept_back AS k ON n.source = k.source
LEFT JOIN too_old AS o ON n.source = o.source
WHERE coalesce(s.posts, 0) + coalesce(g.posts, 0) + coalesce(k.posts, 0) > 0
ORDER BY n.source;
