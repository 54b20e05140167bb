-- Grain: one row. Unit: posts that the running change touches.
SELECT count(*) AS posts FROM touched;
