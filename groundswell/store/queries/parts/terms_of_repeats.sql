-- Grain: one row per term of posts that are no originals. Unit: posts that hold it, less than 0.
SELECT t.term_no, -count(*) AS posts
FROM tokens AS t
WHERE
    t.post_no IN (
        SELECT f.post_no
        FROM facts AS f
        WHERE
            f.topic = $topic
            AND ($since::TIMESTAMPTZ IS NULL OR f.posted_at >= $since::TIMESTAMPTZ)
            AND ($until::TIMESTAMPTZ IS NULL OR f.posted_at < $until::TIMESTAMPTZ)
            AND f.post_no IN (SELECT post_no FROM repeats WHERE topic = $topic)
    )
GROUP BY t.term_no
