-- Grain: one row per chosen post of $narrative, the most typical first: $limit after $offset.
page AS MATERIALIZED (
    SELECT c.post_no, c.compound, c.sentiment, c.irony, -d.closeness AS place
    FROM chosen AS c
    INNER JOIN narrated AS d ON c.post_no = d.post_no
    WHERE d.topic = $topic AND d.target = $among_target AND d.narrative = $narrative
    ORDER BY place NULLS LAST, c.post_no
    LIMIT $limit OFFSET $offset
)
