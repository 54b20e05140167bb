-- Grain: as terms_of_topic, for a database in which every post is sealed.
SELECT k.term, s.posts, s.authors
FROM (
    SELECT term_no, sum(posts)::BIGINT AS posts, sum(authors)::BIGINT AS authors
    FROM term_totals
    WHERE topic = $topic
    GROUP BY term_no
    HAVING sum(posts) > 0
) AS s
INNER JOIN terms AS k ON s.term_no = k.term_no
