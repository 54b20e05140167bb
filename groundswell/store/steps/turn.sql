-- Takes hidden posts out of what is shown; those shown again are written anew after this. Which of
-- these are copies of which, and what they argue, is no longer known: that is to be read again.
INSERT INTO hidden SELECT post_no, reason FROM turned WHERE hides;
DELETE FROM hidden WHERE post_no IN (SELECT post_no FROM turned WHERE NOT hides);
DELETE FROM facts WHERE post_no IN (SELECT post_no FROM touched);
DELETE FROM stances WHERE post_no IN (SELECT post_no FROM touched);
DELETE FROM copies WHERE post_no IN (SELECT post_no FROM touched);
DELETE FROM narrative_posts WHERE post_no IN (SELECT post_no FROM touched);

UPDATE groupings
SET fingerprint = NULL
WHERE
    topic IN (
        SELECT topic
        FROM matches
        WHERE post_no IN (SELECT post_no FROM turned WHERE NOT hides)
    );

UPDATE narratings
SET fingerprint = NULL
WHERE
    topic IN (
        SELECT topic
        FROM matches
        WHERE post_no IN (SELECT post_no FROM turned WHERE NOT hides)
    );
