-- Grain: one row per batch that handed over what must not be kept. Unit: posts.
SELECT batch_id, count(*) AS posts FROM incoming WHERE told_too_much GROUP BY batch_id;
