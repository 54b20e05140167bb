-- Appends the narrow rows and adds them to the hourly rollup.
INSERT INTO facts BY NAME SELECT * FROM fresh_facts ORDER BY post_no, topic;

INSERT INTO rollup_hour
SELECT
    date_trunc('hour', posted_at) AS hour,
    topic,
    source,
    lang,
    sentiment,
    count(*) AS posts,
    count(compound) AS scored,
    coalesce(sum(round(compound * 10000)::BIGINT), 0) AS sum_compound,
    coalesce(sum(round(compound * 10000)::BIGINT * round(compound * 10000)::BIGINT), 0) AS sum_sq_compound,
    count(*) FILTER (WHERE skewed) AS skewed,
    count(*) FILTER (WHERE withheld) AS withheld
FROM fresh_facts
GROUP BY ALL
ORDER BY ALL;
