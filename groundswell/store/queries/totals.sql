-- Grain: one row. Unit: posts; sums of compound in ten-thousandths and hundred-millionths.
WITH {cells}

SELECT
    coalesce(sum(posts), 0)::BIGINT AS posts,
    coalesce(sum(scored), 0)::BIGINT AS scored,
    coalesce(sum(posts) FILTER (WHERE sentiment = 'not_scored'), 0)::BIGINT AS not_scored,
    coalesce(sum(posts) FILTER (WHERE sentiment = 'negative'), 0)::BIGINT AS negative,
    coalesce(sum(posts) FILTER (WHERE sentiment = 'neutral'), 0)::BIGINT AS neutral,
    coalesce(sum(posts) FILTER (WHERE sentiment = 'positive'), 0)::BIGINT AS positive,
    coalesce(sum(sum_compound), 0)::BIGINT AS sum_compound,
    coalesce(sum(sum_sq_compound), 0)::BIGINT AS sum_sq_compound,
    coalesce(sum(skewed), 0)::BIGINT AS skewed,
    coalesce(sum(withheld), 0)::BIGINT AS withheld
FROM cells;
