-- Grain: one row per term of the chosen posts. Unit: posts that hold it.
WITH {chosen}

SELECT t.term_no, count(*) AS posts
FROM tokens AS t
INNER JOIN chosen AS c ON t.post_no = c.post_no
GROUP BY t.term_no;
