-- Grain: one row. Unit: posts of the topic.
SELECT count(*) AS posts FROM facts WHERE topic = $topic;
