-- Grain: one row per stored post that is withheld since its latest sighting.
CREATE OR REPLACE TEMP TABLE touched AS
SELECT p.post_no, p.key, p.source, p.uri, p.author
FROM posts AS p
INNER JOIN arriving AS a ON p.post_no = a.post_no AND a.standing = 'changed'
WHERE p.withheld IS NOT NULL;
