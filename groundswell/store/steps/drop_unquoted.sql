-- The words of deleted quotations leave counts and search, the text leaves the quoting posts, and
-- their raw items, which hold it too, leave the files.
INSERT INTO term_days
SELECT f.topic, t.term_no, t.day, -count(*) AS posts
FROM tokens AS t
INNER JOIN unquoted AS u ON t.post_no = u.post_no AND t.term_no = u.term_no
INNER JOIN facts AS f ON t.post_no = f.post_no
GROUP BY ALL;

CREATE OR REPLACE TEMP TABLE left_terms AS SELECT DISTINCT term_no FROM unquoted;

DELETE FROM tokens
WHERE (post_no, term_no) IN (SELECT (post_no, term_no) FROM unquoted);

INSERT INTO raw_erasures
SELECT DISTINCT i.file_no, p.source, p.uri
FROM raw_items AS i
INNER JOIN posts AS p ON i.post_no = p.post_no
WHERE p.post_no IN (SELECT post_no FROM unquoted);

DELETE FROM raw_items WHERE post_no IN (SELECT post_no FROM unquoted);

UPDATE posts SET quoted_text = NULL WHERE post_no IN (SELECT post_no FROM unquoted);
