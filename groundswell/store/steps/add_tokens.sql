-- Appends the terms of new posts and newer versions, in the order of search.
INSERT INTO tokens
SELECT k.term_no, t.day, t.post_no
FROM (
    SELECT post_no, posted_at::DATE AS day, unnest(tokens) AS term
    FROM arriving
    WHERE standing IN ('new', 'changed')
) AS t
INNER JOIN terms AS k ON t.term = k.term
ORDER BY k.term_no, t.post_no;
