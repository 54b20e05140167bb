-- Grain: one row per narrative about the target and bucket with chosen posts. Unit: posts, distinct
-- known authors. UTC; weeks begin on Monday. $bucket: hour, day, week.
WITH {spoken}

SELECT
    d.narrative,
    date_trunc($bucket, d.posted_at) AS bucket_start,
    count(*) AS posts,
    count(DISTINCT d.author_no) AS authors
FROM narrated AS d
INNER JOIN spoken AS c ON d.post_no = c.post_no
WHERE d.topic = $topic AND d.target = $target
GROUP BY ALL
ORDER BY d.narrative, bucket_start;
