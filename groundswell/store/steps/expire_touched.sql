-- Text, author, terms and raw items of the touched posts go; that they were there, when, and how they
-- read stays. The link to an account goes with its last post that names it or may be shown again.
CREATE OR REPLACE TEMP TABLE left_terms AS
SELECT DISTINCT term_no FROM tokens WHERE post_no IN (SELECT post_no FROM touched);

DELETE FROM facts WHERE post_no IN (SELECT post_no FROM touched);
DELETE FROM stances WHERE post_no IN (SELECT post_no FROM touched);
DELETE FROM copies WHERE post_no IN (SELECT post_no FROM touched);
DELETE FROM narrative_posts WHERE post_no IN (SELECT post_no FROM touched);
DELETE FROM tokens WHERE post_no IN (SELECT post_no FROM touched);

INSERT INTO raw_erasures
SELECT DISTINCT i.file_no, t.source, t.uri
FROM raw_items AS i
INNER JOIN touched AS t ON i.post_no = t.post_no;

DELETE FROM raw_items WHERE post_no IN (SELECT post_no FROM touched);

UPDATE posts
SET
    withheld = 'expired',
    text = '',
    url = NULL,
    author_id = NULL,
    author = NULL,
    author_name = NULL,
    quoted_text = NULL,
    card_url = NULL,
    card_text = NULL,
    alt_text = NULL,
    links = [],
    tags = [],
    mentions = []
WHERE post_no IN (SELECT post_no FROM touched);

DELETE FROM authors
WHERE
    author_no IN (
        SELECT author_no FROM posts WHERE post_no IN (SELECT post_no FROM touched)
    )
    AND author_no NOT IN (
        SELECT author_no
        FROM posts
        WHERE
            author_no IS NOT NULL
            AND (withheld IS NULL OR post_no IN (SELECT post_no FROM hidden))
    );
