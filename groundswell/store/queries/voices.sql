-- Grain: one row per account of $author_nos: its chosen posts, how they stand towards $target (silent:
-- speak of it not at all; NULL target: all do), and likes, reposts, replies and quotes of those whose
-- counts are known, NULL where none are. First and last post, UTC.
WITH {chosen}

SELECT
    c.author_no,
    count(*) AS posts,
    count(*) FILTER (WHERE s.stance = 'against') AS against,
    count(*) FILTER (WHERE s.stance = 'none') AS none,
    count(*) FILTER (WHERE s.stance = 'favor') AS favor,
    count(*) FILTER (WHERE s.stance = 'not_scored') AS not_scored,
    count(*) FILTER (WHERE s.stance IS NULL) AS silent,
    sum(c.loudness)::BIGINT AS engagement,
    min(c.posted_at) AS first_at,
    max(c.posted_at) AS last_at
FROM chosen AS c
LEFT JOIN stances AS s
    ON s.topic = $topic AND s.target = $target AND c.post_no = s.post_no
WHERE c.author_no IN (SELECT unnest($author_nos::INTEGER[]))
GROUP BY c.author_no;
