-- Grain: one row per post that came in with this group, new or once more.
CREATE OR REPLACE TEMP TABLE met AS SELECT post_no FROM arriving;
