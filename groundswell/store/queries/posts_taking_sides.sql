-- Grain: one row per post of the topic that is against or in favor of the target and whose text is
-- kept, newest first, $limit of them. group_no: of posts that say nearly the same. Times UTC.
SELECT
    p.source,
    p.uri,
    p.seen_at,
    p.text,
    s.author_no,
    s.posted_at,
    s.stance,
    coalesce(k.group_no, s.post_no) AS group_no
FROM stances AS s
INNER JOIN posts AS p ON s.post_no = p.post_no
LEFT JOIN copies AS k ON s.post_no = k.post_no AND k.topic = $topic
WHERE
    s.topic = $topic
    AND s.target = $target
    AND s.stance IN ('against', 'favor')
    AND p.withheld IS NULL
ORDER BY s.posted_at DESC, s.post_no DESC
LIMIT $limit;
