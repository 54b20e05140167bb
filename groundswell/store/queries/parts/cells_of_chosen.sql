-- Grain: one row per chosen post, in the shape of cells.
{chosen},

cells AS (
    SELECT
        date_trunc('hour', posted_at) AS hour,
        source,
        lang,
        sentiment,
        1 AS posts,
        (compound IS NOT NULL)::INTEGER AS scored,
        coalesce(round(compound * 10000)::BIGINT, 0) AS sum_compound,
        coalesce(round(compound * 10000)::BIGINT * round(compound * 10000)::BIGINT, 0)
            AS sum_sq_compound,
        skewed::INTEGER AS skewed,
        withheld::INTEGER AS withheld
    FROM chosen
)
