-- Grain: one row per batch of $ids that was absorbed before.
SELECT batch_id FROM batches WHERE batch_id IN (SELECT unnest($ids));
