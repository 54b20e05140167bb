-- Grain: one row per model version that gave posts of the topic their sentiment, most posts first.
SELECT m.model, m.version, n.posts
FROM (
    SELECT reader, count(*) AS posts FROM facts WHERE topic = $topic GROUP BY reader
) AS n
INNER JOIN models AS m ON n.reader = m.rank
ORDER BY n.posts DESC, m.rank DESC;
