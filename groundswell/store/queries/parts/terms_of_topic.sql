-- Grain: one row per term of the whole topic. Unit: posts, and distinct authors, exactly: sealed
-- ones by their sums, later ones counted; an author who is known for a term counts once.
WITH since_seal AS (
    SELECT t.term_no, f.author_no, count(*) AS posts
    FROM facts AS f
    INNER JOIN tokens AS t ON f.post_no = t.post_no
    WHERE f.topic = $topic AND f.post_no >= $first AND t.post_no >= $first
    GROUP BY t.term_no, f.author_no
),

known AS (
    SELECT v.term_no, v.author_no
    FROM voices AS v
    WHERE v.topic = $topic AND (v.term_no, v.author_no) IN (
        SELECT (term_no, author_no) FROM since_seal
    )
),

counted AS (
    SELECT term_no, posts::BIGINT AS posts, authors::BIGINT AS authors
    FROM term_totals
    WHERE topic = $topic
    UNION ALL
    SELECT s.term_no, s.posts, (s.author_no IS NOT NULL AND k.author_no IS NULL)::BIGINT
    FROM since_seal AS s
    LEFT JOIN known AS k ON s.term_no = k.term_no AND s.author_no = k.author_no
),

summed AS (
    SELECT term_no, sum(posts)::BIGINT AS posts, sum(authors)::BIGINT AS authors
    FROM counted
    GROUP BY term_no
    HAVING sum(posts) > 0
)

SELECT k.term, s.posts, s.authors
FROM summed AS s
INNER JOIN terms AS k ON s.term_no = k.term_no
