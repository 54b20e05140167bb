-- How often each term was used on each day, so that the words of a period need no look at its posts.

-- Additive: posts per topic, UTC day of posted_at and term, of posts below the number 'sealed'.
CREATE TABLE term_days (
    topic VARCHAR NOT NULL,
    day DATE NOT NULL,
    term_no INTEGER NOT NULL,
    posts INTEGER NOT NULL
);

-- What is sealed already is counted here once; later posts when they are sealed.
INSERT INTO term_days
SELECT f.topic, t.day, t.term_no, count(*) AS posts
FROM facts AS f
INNER JOIN tokens AS t ON f.post_no = t.post_no
WHERE f.post_no < (SELECT next FROM counters WHERE name = 'sealed')
GROUP BY f.topic, t.day, t.term_no
ORDER BY f.topic, t.day, t.term_no;

INSERT INTO counters
SELECT 'term_days' AS name, count(*) AS next FROM term_days;  -- rows when last compacted
