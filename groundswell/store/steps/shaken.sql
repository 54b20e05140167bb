-- Grain: one row per group of copies that holds a touched post, before it leaves or is dated anew.
CREATE OR REPLACE TEMP TABLE shaken AS
SELECT DISTINCT topic, group_no FROM copies WHERE post_no IN (SELECT post_no FROM touched);
