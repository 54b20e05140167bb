-- Grain: one row. Unit: stored posts with this uri, of all sources or of one.
SELECT count(*) AS posts
FROM posts
WHERE uri = $uri AND ($source::VARCHAR IS NULL OR source = $source::VARCHAR);
