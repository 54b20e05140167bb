-- Grain: one row per term of the chosen posts. Unit: posts, and distinct authors, exactly.
WITH {chosen},

pairs AS (
    SELECT t.term_no, c.author_no, count(*) AS posts
    FROM tokens AS t
    INNER JOIN chosen AS c ON t.post_no = c.post_no
    GROUP BY t.term_no, c.author_no
)

SELECT k.term, sum(p.posts)::BIGINT AS posts, count(p.author_no) AS authors
FROM pairs AS p
INNER JOIN terms AS k ON p.term_no = k.term_no
GROUP BY k.term
