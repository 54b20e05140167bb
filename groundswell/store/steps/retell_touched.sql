-- Grain: as retold, when all that is touched goes.
CREATE OR REPLACE TEMP TABLE retold AS SELECT post_no FROM touched;
