-- Removes the touched posts from every table, counts how many went, and notes whose raw items must
-- be cut out of the files.
INSERT INTO removed_hour
SELECT date_trunc('hour', p.posted_at) AS hour, m.topic, p.source, count(*) AS posts
FROM posts AS p
INNER JOIN (
    SELECT DISTINCT topic, post_no
    FROM matches
    WHERE post_no IN (SELECT post_no FROM touched)
) AS m ON p.post_no = m.post_no
WHERE p.post_no IN (SELECT post_no FROM touched)
GROUP BY ALL;

INSERT INTO raw_erasures
SELECT DISTINCT i.file_no, t.source, t.uri
FROM raw_items AS i
INNER JOIN touched AS t ON i.post_no = t.post_no;

CREATE OR REPLACE TEMP TABLE left_terms AS
SELECT DISTINCT term_no FROM tokens WHERE post_no IN (SELECT post_no FROM touched);

DELETE FROM facts WHERE post_no IN (SELECT post_no FROM touched);
DELETE FROM stances WHERE post_no IN (SELECT post_no FROM touched);
DELETE FROM copies WHERE post_no IN (SELECT post_no FROM touched);
DELETE FROM narrative_posts WHERE post_no IN (SELECT post_no FROM touched);
DELETE FROM tokens WHERE post_no IN (SELECT post_no FROM touched);
DELETE FROM scores WHERE post_no IN (SELECT post_no FROM touched);
DELETE FROM labels WHERE post_no IN (SELECT post_no FROM touched);
DELETE FROM drawn WHERE post_no IN (SELECT post_no FROM touched);
DELETE FROM matches WHERE post_no IN (SELECT post_no FROM touched);
DELETE FROM sightings WHERE post_no IN (SELECT post_no FROM touched);
DELETE FROM engagement WHERE post_no IN (SELECT post_no FROM touched);
DELETE FROM edits WHERE post_no IN (SELECT post_no FROM touched);
DELETE FROM hidden WHERE post_no IN (SELECT post_no FROM touched);
DELETE FROM checks WHERE post_no IN (SELECT post_no FROM touched);
DELETE FROM missing WHERE key IN (SELECT key FROM touched);
DELETE FROM announcements WHERE key IN (SELECT key FROM touched);
DELETE FROM raw_items WHERE post_no IN (SELECT post_no FROM touched);
DELETE FROM posts WHERE post_no IN (SELECT post_no FROM touched);
