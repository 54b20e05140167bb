-- Takes the terms of the touched posts out of the daily counts.
INSERT INTO term_days
SELECT f.topic, t.term_no, t.day, -count(*) AS posts
FROM facts AS f
INNER JOIN tokens AS t ON f.post_no = t.post_no
WHERE f.post_no IN (SELECT post_no FROM touched)
GROUP BY ALL;
