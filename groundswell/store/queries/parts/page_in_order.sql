-- Grain: one row per post, in $order, unknown last, equal ones by number: $limit after $offset.
page AS MATERIALIZED (
    SELECT
        post_no,
        compound,
        sentiment,
        irony,
        CASE $order
            WHEN 'newest' THEN -epoch_us(posted_at)
            WHEN 'oldest' THEN epoch_us(posted_at)
            WHEN 'loudest' THEN -loudness
            WHEN 'most_negative' THEN compound
            WHEN 'most_positive' THEN -compound
        END AS place
    FROM chosen
    ORDER BY place NULLS LAST, post_no
    LIMIT $limit OFFSET $offset
)
