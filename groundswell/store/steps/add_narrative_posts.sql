-- The posts of the narratives as they were told. Left out are posts that went, were hidden, edited or
-- changed sides since their texts were read.
INSERT INTO narrative_posts
SELECT $topic, $target, t.narrative, p.post_no, t.closeness
FROM told_narrative_posts AS t
INNER JOIN told_narratives AS n ON t.narrative = n.narrative
INNER JOIN posts AS p ON t.key = p.key AND t.seen_at = p.seen_at
INNER JOIN stances AS s
    ON p.post_no = s.post_no AND s.topic = $topic AND s.target = $target AND s.stance = n.side
ORDER BY p.post_no;
