-- Grain: one row. Unit: stored posts of the account, by its stable id or by what it is called.
SELECT count(*) AS posts
FROM posts
WHERE
    (author_id = $name OR author = $name)
    AND ($source::VARCHAR IS NULL OR source = $source::VARCHAR);
