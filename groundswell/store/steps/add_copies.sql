-- The groups of a topic as they were told, each led by the first to say it. Left out are posts that
-- went, were hidden or edited since their texts were read, and who stands alone without them.
INSERT INTO copies
WITH members AS (
    SELECT f.post_no, f.posted_at, t.told_group
    FROM told_copies AS t
    INNER JOIN posts AS p ON t.key = p.key AND t.seen_at = p.seen_at
    INNER JOIN facts AS f ON p.post_no = f.post_no AND f.topic = $topic AND NOT f.withheld
)

SELECT
    $topic,
    post_no,
    first_value(post_no) OVER (PARTITION BY told_group ORDER BY posted_at, post_no)
FROM members
QUALIFY count(*) OVER (PARTITION BY told_group) > 1
ORDER BY post_no;
