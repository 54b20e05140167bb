-- A word that only deleted text held is forgotten as well.
CREATE OR REPLACE TEMP TABLE forgotten AS
SELECT l.term_no
FROM left_terms AS l
ANTI JOIN (
    SELECT term_no FROM tokens WHERE term_no IN (SELECT term_no FROM left_terms)
) AS t ON l.term_no = t.term_no;

DELETE FROM term_totals WHERE term_no IN (SELECT term_no FROM forgotten);
DELETE FROM term_days WHERE term_no IN (SELECT term_no FROM forgotten);
DELETE FROM voices WHERE term_no IN (SELECT term_no FROM forgotten);
DELETE FROM terms WHERE term_no IN (SELECT term_no FROM forgotten);
