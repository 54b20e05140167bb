-- Grain: one row per stored post that no other topic matched.
CREATE OR REPLACE TEMP TABLE touched AS
SELECT post_no, key, source, uri, author
FROM posts
WHERE
    post_no IN (SELECT post_no FROM matches WHERE topic = $topic)
    AND post_no NOT IN (SELECT post_no FROM matches WHERE topic <> $topic);
