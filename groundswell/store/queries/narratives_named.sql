-- Grain: one row per narrative of the topic, the largest of each side first. typical: the text nearest
-- to its middle. As they were last read: counting who still stands on their side takes six times as
-- long, and every page asks this.
WITH found AS (
    SELECT
        target,
        narrative,
        count(*) AS posts,
        arg_max(post_no, (coalesce(closeness, -2), -post_no)) AS typical_no
    FROM narrative_posts
    WHERE topic = $topic
    GROUP BY target, narrative
)

SELECT n.target, n.narrative, n.side, n.terms, p.text AS typical
FROM found AS f
INNER JOIN narratives AS n
    ON f.target = n.target AND f.narrative = n.narrative AND n.topic = $topic
INNER JOIN posts AS p ON f.typical_no = p.post_no
ORDER BY n.target, n.side, f.posts DESC, n.narrative;
