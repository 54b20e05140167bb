-- Grain: one row per post that is to be hidden or shown again.
CREATE OR REPLACE TEMP TABLE touched AS SELECT post_no FROM turned;
