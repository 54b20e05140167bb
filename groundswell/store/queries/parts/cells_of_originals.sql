-- Grain: as cells; and one row per post that says again what was said, to be taken off them. chosen
-- are those alone: a tenth of a topic, which is read in a third of the time that the rest takes.
{chosen},

cells AS (
    {rollup}
    UNION ALL
    SELECT
        date_trunc('hour', posted_at) AS hour,
        source,
        lang,
        sentiment,
        -1 AS posts,
        -(compound IS NOT NULL)::INTEGER AS scored,
        -coalesce(round(compound * 10000)::BIGINT, 0) AS sum_compound,
        -coalesce(round(compound * 10000)::BIGINT * round(compound * 10000)::BIGINT, 0)
            AS sum_sq_compound,
        -skewed::INTEGER AS skewed,
        -withheld::INTEGER AS withheld
    FROM chosen
)
