-- Grain: one row per account with $least chosen posts or more that say nearly the same: how often it
-- said what it said most, how many things it said so often, and the number of the first post of that
-- which it said most; those who repeat most first.
WITH {chosen},

repeated AS (
    SELECT
        c.author_no,
        count(*) AS times,
        arg_min(c.post_no, (c.posted_at, c.post_no)) AS first_no
    FROM copies AS k
    INNER JOIN chosen AS c ON k.post_no = c.post_no
    WHERE k.topic = $topic AND c.author_no IS NOT NULL
    GROUP BY k.group_no, c.author_no
    HAVING count(*) >= $least
)

SELECT
    author_no,
    max(times) AS times,
    count(*) AS texts,
    arg_max(first_no, (times, -first_no)) AS post_no
FROM repeated
GROUP BY author_no
ORDER BY times DESC, texts DESC, author_no;
