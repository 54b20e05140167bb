-- Grain: one row. Unit: posts of the topic. A fingerprint is another one as soon as a post came,
-- went, was edited or dated anew; now: of the topic as it is (NULL: no posts), grouped: as it was
-- when its copies were last grouped. grouped_at UTC, NULL: never.
SELECT
    n.posts,
    n.fingerprint AS now,
    g.fingerprint AS grouped,
    g.read_at AS grouped_at
FROM (
    SELECT
        count(*) AS posts,
        count(*) || '.' || sum(f.post_no) || '.' || sum(epoch_us(p.seen_at))
        || '.' || sum(epoch_us(f.posted_at)) AS fingerprint
    FROM facts AS f
    INNER JOIN posts AS p ON f.post_no = p.post_no
    WHERE f.topic = $topic
) AS n
LEFT JOIN groupings AS g ON g.topic = $topic;
