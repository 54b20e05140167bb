-- Grain: one row where an account goes by $id at $source (its stable id, else its name) and may be
-- asked for. Of who did not agree to be found with any post there is none.
WITH meant AS (
    SELECT author_no FROM authors WHERE key = md5_number($source || chr(31) || $id)
)

SELECT author_no
FROM meant
WHERE author_no NOT IN (
    SELECT author_no
    FROM posts
    WHERE author_no IN (SELECT author_no FROM meant) AND nameless(labels)
);
