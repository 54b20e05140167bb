-- Grain: one row per source that ever brought anything.
SELECT source FROM batches
UNION
SELECT source FROM posts
ORDER BY source;
