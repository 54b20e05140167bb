-- Grain: one row per topic that the running change touches.
SELECT DISTINCT topic FROM facts WHERE post_no IN (SELECT post_no FROM touched);
