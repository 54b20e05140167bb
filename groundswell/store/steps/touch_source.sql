-- Grain: one row per stored post of a source; $limit of them.
CREATE OR REPLACE TEMP TABLE touched AS
SELECT post_no, key, source, uri, author
FROM posts
WHERE source = $source
ORDER BY post_no
LIMIT $limit;
