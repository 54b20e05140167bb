-- Grain: one row per post whose narrow rows are to be written: new ones and touched ones.
CREATE OR REPLACE TEMP TABLE wanted AS
SELECT post_no FROM arriving WHERE standing = 'new'
UNION
SELECT post_no FROM touched;
