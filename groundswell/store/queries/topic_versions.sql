-- Grain: one row per topic. Unit: number of the newest group of batches that brought it anything.
SELECT topic, max(group_no) AS version FROM batches GROUP BY topic;
