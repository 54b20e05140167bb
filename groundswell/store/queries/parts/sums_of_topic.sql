-- Grain: as sums_of_days, of all days of the topic.
sums AS (
    SELECT term_no, posts FROM term_totals WHERE topic = $topic
)
