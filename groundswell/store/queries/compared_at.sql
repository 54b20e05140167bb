-- Grain: one row. When the texts of the topic were last compared, UTC; NULL: never.
SELECT max(read_at) AS compared_at FROM groupings WHERE topic = $topic;
