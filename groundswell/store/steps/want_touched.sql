-- Grain: as wanted, when no posts come in.
CREATE OR REPLACE TEMP TABLE wanted AS SELECT post_no FROM touched;
