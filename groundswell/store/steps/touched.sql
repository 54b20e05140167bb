-- Grain: one row per stored post whose share in the rollups changes: edited, dated earlier, met by
-- a new topic, or scored by a newer model.
CREATE OR REPLACE TEMP TABLE touched AS
SELECT post_no FROM retold
UNION
SELECT post_no FROM arriving WHERE moved
UNION
SELECT s.post_no
FROM fresh_scores AS s
INNER JOIN arriving AS a ON s.post_no = a.post_no AND a.standing <> 'new';
