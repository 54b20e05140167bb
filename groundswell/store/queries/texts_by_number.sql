-- Grain: one row per stored post of $post_nos whose text is kept.
SELECT post_no, text
FROM posts
WHERE post_no IN (SELECT unnest($post_nos::BIGINT[])) AND withheld IS NULL;
