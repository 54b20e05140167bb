-- Grain: one row per post that can be drawn to be labelled: it speaks of the target and has its text.
-- known: drawn before. Times UTC.
WITH {read_towards}

SELECT
    f.post_no,
    hex(p.key) AS key,
    f.source,
    f.author_no,
    c.group_no,
    f.posted_at,
    s.predicted,
    s.model,
    s.version,
    f.post_no IN (
        SELECT post_no FROM drawn WHERE topic = $topic AND target = $target
    ) AS known
FROM facts AS f
INNER JOIN read_towards AS s ON f.post_no = s.post_no
INNER JOIN posts AS p ON f.post_no = p.post_no
LEFT JOIN copies AS c ON f.post_no = c.post_no AND c.topic = $topic
WHERE f.topic = $topic AND NOT f.withheld
ORDER BY f.post_no
