-- Grain: one row per post without copies and one per group of them, its loudest post; $limit in order
-- of loudness, unknown last, equal ones by number.
page AS MATERIALIZED (
    SELECT post_no, compound, sentiment, irony, -loudness AS place
    FROM (
        SELECT post_no, compound, sentiment, irony, loudness
        FROM chosen
        WHERE post_no NOT IN (SELECT post_no FROM copies WHERE topic = $topic)
        UNION ALL
        SELECT
            loudest.post_no,
            loudest.compound,
            loudest.sentiment,
            loudest.irony,
            loudest.loudness
        FROM (
            SELECT
                arg_max(
                    {
                        'post_no': c.post_no,
                        'compound': c.compound,
                        'sentiment': c.sentiment,
                        'irony': c.irony,
                        'loudness': c.loudness
                    },
                    (coalesce(c.loudness, -1), -c.post_no)
                ) AS loudest
            FROM chosen AS c
            INNER JOIN copies AS k ON c.post_no = k.post_no AND k.topic = $topic
            GROUP BY k.group_no
        )
    )
    ORDER BY place NULLS LAST, post_no
    LIMIT $limit
)
