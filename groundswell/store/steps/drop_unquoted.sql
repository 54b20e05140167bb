-- The words of deleted quotations leave search, the text leaves the quoting posts, and
-- their raw items, which hold it too, leave the files.
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
