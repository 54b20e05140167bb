-- One row per key again, in the order of time; sums that came to nothing go.
CREATE OR REPLACE TEMP TABLE compacted AS
SELECT
    hour,
    topic,
    source,
    lang,
    sentiment,
    sum(posts) AS posts,
    sum(scored) AS scored,
    sum(sum_compound) AS sum_compound,
    sum(sum_sq_compound) AS sum_sq_compound,
    sum(skewed) AS skewed,
    sum(withheld) AS withheld
FROM rollup_hour
GROUP BY ALL
HAVING sum(posts) <> 0;

DELETE FROM rollup_hour;
INSERT INTO rollup_hour SELECT * FROM compacted ORDER BY topic, hour, source, lang, sentiment;

UPDATE counters SET next = (SELECT count(*) FROM rollup_hour) WHERE name = 'rollup_hour';
