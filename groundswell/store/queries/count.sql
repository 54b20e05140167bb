-- Grain: one row. Unit: posts.
WITH {cells}

SELECT coalesce(sum(posts), 0)::BIGINT AS posts FROM cells;
