-- Grain: one row. Unit: posts of the topic, hidden ones too.
SELECT count(DISTINCT post_no) AS posts FROM matches WHERE topic = $topic;
