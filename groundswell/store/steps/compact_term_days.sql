-- One row per topic, day and term again, in this order, where some day has several of a term: those
-- days alone, since past ones seldom change; sums that came to nothing go.
CREATE OR REPLACE TEMP TABLE scattered AS
SELECT DISTINCT topic, day
FROM (
    SELECT topic, day
    FROM term_days
    GROUP BY topic, day, term_no
    HAVING count(*) > 1
);

CREATE OR REPLACE TEMP TABLE compacted AS
SELECT topic, day, term_no, sum(posts) AS posts
FROM term_days
WHERE (topic, day) IN (SELECT (topic, day) FROM scattered)
GROUP BY topic, day, term_no
HAVING sum(posts) <> 0;

DELETE FROM term_days WHERE (topic, day) IN (SELECT (topic, day) FROM scattered);
INSERT INTO term_days SELECT * FROM compacted ORDER BY topic, day, term_no;

UPDATE counters SET next = (SELECT count(*) FROM term_days) WHERE name = 'term_days';
