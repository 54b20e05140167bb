-- Grain: as met, for a group without posts.
CREATE OR REPLACE TEMP TABLE met AS SELECT 0::BIGINT AS post_no WHERE false;
