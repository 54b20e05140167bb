-- Takes the touched posts out of the hourly rollup: the same sums with the other sign.
INSERT INTO rollup_hour
SELECT
    date_trunc('hour', posted_at) AS hour,
    topic,
    source,
    lang,
    sentiment,
    -count(*) AS posts,
    -count(compound) AS scored,
    -coalesce(sum(round(compound * 10000)::BIGINT), 0) AS sum_compound,
    -coalesce(sum(round(compound * 10000)::BIGINT * round(compound * 10000)::BIGINT), 0) AS sum_sq_compound,
    -count(*) FILTER (WHERE skewed) AS skewed,
    -count(*) FILTER (WHERE withheld) AS withheld
FROM facts
WHERE post_no IN (SELECT post_no FROM touched)
GROUP BY ALL;
