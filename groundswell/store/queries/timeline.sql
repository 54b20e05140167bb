-- Grain: one row per bucket and source with posts. Unit: posts; compound -1 to 1. UTC; weeks begin
-- on Monday. $bucket: hour, day, week.
WITH {cells}

SELECT
    date_trunc($bucket, hour) AS bucket_start,
    source,
    sum(posts)::BIGINT AS posts,
    sum(scored)::BIGINT AS scored,
    sum(sum_compound) / 1e4 AS sum_compound,
    sum(sum_sq_compound) / 1e8 AS sum_sq_compound,
    coalesce(sum(posts) FILTER (WHERE sentiment = 'negative'), 0)::BIGINT AS negative,
    coalesce(sum(posts) FILTER (WHERE sentiment = 'neutral'), 0)::BIGINT AS neutral,
    coalesce(sum(posts) FILTER (WHERE sentiment = 'positive'), 0)::BIGINT AS positive
FROM cells
GROUP BY bucket_start, source
HAVING sum(posts) > 0
ORDER BY bucket_start, source;
