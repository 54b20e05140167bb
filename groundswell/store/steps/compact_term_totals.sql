-- One row per topic and term again, in this order; sums that came to nothing go.
CREATE OR REPLACE TEMP TABLE compacted AS
SELECT topic, term_no, sum(posts) AS posts, sum(authors) AS authors
FROM term_totals
GROUP BY ALL
HAVING sum(posts) <> 0;

DELETE FROM term_totals;
INSERT INTO term_totals SELECT * FROM compacted ORDER BY topic, term_no;

UPDATE counters SET next = (SELECT count(*) FROM term_totals) WHERE name = 'term_totals';
