-- Grain: one row per stored post that is buried, itself or with its account.
CREATE OR REPLACE TEMP TABLE touched AS
SELECT post_no, key, source, uri, author
FROM posts
WHERE
    key IN (SELECT key FROM buried WHERE uri IS NOT NULL)
    OR author_no IN (
        SELECT a.author_no
        FROM authors AS a
        INNER JOIN buried AS b ON a.key = b.key AND b.author_id IS NOT NULL
    );
