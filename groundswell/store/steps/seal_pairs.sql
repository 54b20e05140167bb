-- Grain: one row per topic, term and author of the posts from $first to below $last, not sealed yet.
CREATE OR REPLACE TEMP TABLE sealing AS
SELECT f.topic, t.term_no, f.author_no, count(*)::INTEGER AS posts
FROM facts AS f
INNER JOIN tokens AS t ON f.post_no = t.post_no
WHERE f.post_no >= $first AND f.post_no < $last AND t.post_no >= $first AND t.post_no < $last
GROUP BY ALL;
