-- Grain: one row per narrative of $narratives and chosen post: the $each most typical, no copies.
WITH {spoken}

SELECT d.narrative, d.post_no
FROM narrated AS d
INNER JOIN spoken AS c ON d.post_no = c.post_no
WHERE
    d.topic = $topic
    AND d.target = $target
    AND d.closeness IS NOT NULL
    AND list_contains($narratives::VARCHAR[], d.narrative)
QUALIFY row_number() OVER (PARTITION BY d.narrative ORDER BY d.closeness DESC, d.post_no) <= $each
ORDER BY d.narrative, d.closeness DESC, d.post_no;
