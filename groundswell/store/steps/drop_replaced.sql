-- Removes what is about to be written anew: facts and stances of touched posts, and of changed ones
-- also text, scores, labels, terms and copies of the old version. left_terms: the terms it held.
CREATE OR REPLACE TEMP TABLE left_terms AS
SELECT DISTINCT term_no
FROM tokens
WHERE post_no IN (SELECT post_no FROM arriving WHERE standing = 'changed');

DELETE FROM facts WHERE post_no IN (SELECT post_no FROM touched);
DELETE FROM stances WHERE post_no IN (SELECT post_no FROM touched);
DELETE FROM tokens WHERE post_no IN (SELECT post_no FROM arriving WHERE standing = 'changed');
DELETE FROM scores WHERE post_no IN (SELECT post_no FROM arriving WHERE standing = 'changed');
DELETE FROM labels WHERE post_no IN (SELECT post_no FROM arriving WHERE standing = 'changed');
DELETE FROM posts WHERE post_no IN (SELECT post_no FROM arriving WHERE standing = 'changed');
DELETE FROM sightings WHERE post_no IN (SELECT post_no FROM arriving WHERE standing = 'changed');
DELETE FROM copies WHERE post_no IN (SELECT post_no FROM arriving WHERE standing = 'changed');
DELETE FROM narrative_posts WHERE post_no IN (SELECT post_no FROM arriving WHERE standing = 'changed');
