-- Appends what stored posts of $topic say of targets that it did not have before ($added).
INSERT INTO stances
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
FROM facts AS f
INNER JOIN stance_readings AS s ON f.post_no = s.post_no
WHERE f.topic = $topic AND list_contains($added::VARCHAR[], s.target)
ORDER BY f.post_no, s.target;
