-- Grain: one row per term of a topic's posts in a period; half-open, UTC. Unit: posts that hold it.
-- From sums, and, where these do not reach, counted anew: posts from the number $first on, which are
-- not sealed, and those outside the whole days from $first_day to before $last_day (NULL: all days).
-- Less those of posts that do not count.
WITH {sums},

apart AS (
    SELECT post_no
    FROM facts
    WHERE
        topic = $topic
        AND ($since::TIMESTAMPTZ IS NULL OR posted_at >= $since::TIMESTAMPTZ)
        AND ($until::TIMESTAMPTZ IS NULL OR posted_at < $until::TIMESTAMPTZ)
        AND (
            post_no >= $first
            OR posted_at < coalesce($first_day::DATE, '-infinity'::DATE)
            OR posted_at >= coalesce($last_day::DATE, 'infinity'::DATE)
        )
),

counted AS (
    SELECT term_no, posts FROM sums
    UNION ALL
    SELECT t.term_no, count(*) AS posts
    FROM tokens AS t
    INNER JOIN apart AS a ON t.post_no = a.post_no
    GROUP BY t.term_no
    UNION ALL
    {less}
)

SELECT term_no, sum(posts)::BIGINT AS posts
FROM counted
GROUP BY term_no
HAVING sum(posts) > 0;
