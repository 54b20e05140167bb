-- Grain: one row per topic that the running change touches, shown in it or hidden.
SELECT DISTINCT topic FROM matches WHERE post_no IN (SELECT post_no FROM touched);
