-- Appends the terms of new posts and newer versions, in the order of search.
INSERT INTO terms SELECT term_no, term FROM met_terms WHERE is_new ORDER BY term_no;

INSERT INTO tokens
SELECT DISTINCT m.term_no, t.day, t.post_no
FROM (
    SELECT a.post_no, a.posted_at::DATE AS day, unnest(i.tokens) AS term
    FROM arriving AS a
    INNER JOIN incoming AS i ON a.sighting = i.sighting
    WHERE a.standing IN ('new', 'changed')
) AS t
INNER JOIN met_terms AS m ON t.term = m.term
ORDER BY m.term_no;
