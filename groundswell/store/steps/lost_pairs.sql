-- Grain: one row per topic, UTC day, term and author of retold posts that are sealed, before they
-- change.
CREATE OR REPLACE TEMP TABLE lost_pairs AS
SELECT f.topic, t.day, t.term_no, f.author_no, count(*)::INTEGER AS posts
FROM facts AS f
INNER JOIN tokens AS t ON f.post_no = t.post_no
WHERE
    f.post_no IN (SELECT post_no FROM retold)
    AND f.post_no < (SELECT next FROM counters WHERE name = 'sealed')
GROUP BY ALL;
