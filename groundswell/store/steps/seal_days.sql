-- Adds the posts from $first to below $last, not sealed yet, to the sums of terms by day.
INSERT INTO term_days
SELECT f.topic, t.day, t.term_no, count(*) AS posts
FROM facts AS f
INNER JOIN tokens AS t ON f.post_no = t.post_no
WHERE f.post_no >= $first AND f.post_no < $last AND t.post_no >= $first AND t.post_no < $last
GROUP BY f.topic, t.day, t.term_no
ORDER BY f.topic, t.day, t.term_no;
