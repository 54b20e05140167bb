-- Grain: one row per post, of any topic, that holds a term of every wanted word. $words and
-- $prefixes are folded; the parallel lists say which wanted word each stands for. A table and no
-- part of the question: only of a table does the planner know that it is small.
CREATE OR REPLACE TEMP TABLE hits AS
WITH wanted AS (
    SELECT k.term_no, w.word_no
    FROM terms AS k
    INNER JOIN (
        SELECT unnest($words::VARCHAR[]) AS word, unnest($word_nos::INTEGER[]) AS word_no
    ) AS w ON k.term = w.word
    UNION ALL
    SELECT k.term_no, w.word_no
    FROM terms AS k
    INNER JOIN (
        SELECT unnest($prefixes::VARCHAR[]) AS prefix, unnest($prefix_nos::INTEGER[]) AS word_no
    ) AS w ON starts_with(k.term, w.prefix)
)

SELECT t.post_no
FROM tokens AS t
INNER JOIN wanted AS w ON t.term_no = w.term_no
GROUP BY t.post_no
HAVING count(DISTINCT w.word_no) = $word_count;
