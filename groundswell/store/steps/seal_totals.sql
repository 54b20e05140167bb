-- Adds what is being sealed; an author counts for a term the first time only.
CREATE OR REPLACE TEMP TABLE new_voices AS
SELECT s.topic, s.term_no, s.author_no
FROM sealing AS s
ANTI JOIN voices AS v USING (topic, term_no, author_no)
WHERE s.author_no IS NOT NULL;

INSERT INTO term_totals
SELECT topic, term_no, sum(posts) AS posts, sum(authors) AS authors
FROM (
    SELECT topic, term_no, posts, 0 AS authors FROM sealing
    UNION ALL
    SELECT topic, term_no, 0, 1 FROM new_voices
)
GROUP BY topic, term_no
ORDER BY topic, term_no;

INSERT INTO voices SELECT * FROM new_voices ORDER BY topic, term_no, author_no;
