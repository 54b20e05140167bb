-- Grain: one row per name of a post and stored post of the topic that is shown and goes by it: its uri,
-- or what stands for it where its author is not to be named. sources NULL: of any.
WITH asked AS (
    SELECT unnest($places::INTEGER[]) AS place, unnest($sources::VARCHAR[]) AS source,
        unnest($uris::VARCHAR[]) AS uri
),

shown AS (
    SELECT post_no, source, uri, labels
    FROM posts
    WHERE post_no IN (SELECT post_no FROM facts WHERE topic = $topic)
)

SELECT a.place, s.post_no
FROM asked AS a
INNER JOIN shown AS s ON s.uri = a.uri
WHERE a.source IS NULL OR a.source = s.source
UNION
SELECT a.place, s.post_no
FROM asked AS a
INNER JOIN shown AS s ON nameless(s.labels) AND masked(s.source, s.uri) = a.uri
WHERE a.source IS NULL OR a.source = s.source
