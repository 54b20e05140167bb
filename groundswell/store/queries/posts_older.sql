-- Grain: one row. Unit: stored posts from before $older_than, of all sources or of one.
SELECT count(*) AS posts
FROM posts
WHERE
    posted_at < $older_than::TIMESTAMPTZ
    AND ($source::VARCHAR IS NULL OR source = $source::VARCHAR);
