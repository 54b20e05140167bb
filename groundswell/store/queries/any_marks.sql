-- Grain: one row when a post may have to be hidden or shown: marks or missing posts are known.
SELECT 1
WHERE
    EXISTS (SELECT 1 FROM hidings)
    OR EXISTS (SELECT 1 FROM missing)
    OR EXISTS (SELECT 1 FROM hidden);
