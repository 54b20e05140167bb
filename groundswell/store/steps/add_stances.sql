-- Appends what the posts of the fresh narrow rows say of the targets of their topics.
INSERT INTO stances
WITH said AS (
    SELECT * FROM stance_readings WHERE post_no IN (SELECT post_no FROM fresh_facts)
),

asked AS (
    SELECT topic, unnest(names) AS target FROM targets
)

SELECT
    f.topic,
    s.target,
    f.post_no,
    f.source,
    f.lang,
    f.author_no,
    f.posted_at,
    f.sentiment,
    s.stance,
    s.confidence,
    s.reader
FROM fresh_facts AS f
INNER JOIN said AS s ON f.post_no = s.post_no
INNER JOIN asked AS a ON f.topic = a.topic AND s.target = a.target
ORDER BY f.post_no, f.topic, s.target;
