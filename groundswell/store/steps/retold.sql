-- Grain: one row per stored post that holds other terms now, or those it has in another
-- topic or on another day.
CREATE OR REPLACE TEMP TABLE retold AS
SELECT post_no FROM arriving WHERE standing = 'changed'
UNION
SELECT m.post_no
FROM fresh_matches AS m
INNER JOIN arriving AS a ON m.post_no = a.post_no AND a.standing <> 'new'
UNION
SELECT a.post_no
FROM arriving AS a
INNER JOIN known AS k ON a.post_no = k.post_no
WHERE a.posted_at::DATE <> k.posted_at::DATE;
