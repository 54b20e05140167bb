-- Grain: one row per account that goes by $name: its stable id, or what it is called.
SELECT DISTINCT source, coalesce(author_id, author) AS author_id
FROM posts
WHERE
    (author_id = $name OR author = $name)
    AND ($source::VARCHAR IS NULL OR source = $source::VARCHAR)
ORDER BY source, author_id;
