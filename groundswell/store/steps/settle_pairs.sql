-- After retold posts changed or went: what they say now comes in, what nobody says any more goes.
CREATE OR REPLACE TEMP TABLE gained_pairs AS
SELECT f.topic, t.day, t.term_no, f.author_no, count(*)::INTEGER AS posts
FROM facts AS f
INNER JOIN tokens AS t ON f.post_no = t.post_no
WHERE
    f.post_no IN (SELECT post_no FROM retold)
    AND f.post_no < (SELECT next FROM counters WHERE name = 'sealed')
GROUP BY ALL;

CREATE OR REPLACE TEMP TABLE silent_pairs AS
SELECT DISTINCT l.topic, l.term_no, l.author_no
FROM lost_pairs AS l
ANTI JOIN (
    SELECT f.topic, t.term_no, f.author_no
    FROM facts AS f
    INNER JOIN tokens AS t ON f.post_no = t.post_no
    WHERE
        f.author_no IN (SELECT author_no FROM lost_pairs)
        AND t.term_no IN (SELECT term_no FROM lost_pairs)
        AND f.post_no < (SELECT next FROM counters WHERE name = 'sealed')
) AS s USING (topic, term_no, author_no)
WHERE l.author_no IS NOT NULL;

CREATE OR REPLACE TEMP TABLE new_voices AS
SELECT DISTINCT g.topic, g.term_no, g.author_no
FROM gained_pairs AS g
ANTI JOIN voices AS v USING (topic, term_no, author_no)
WHERE g.author_no IS NOT NULL;

INSERT INTO term_totals
SELECT topic, term_no, sum(posts) AS posts, sum(authors) AS authors
FROM (
    SELECT topic, term_no, -posts AS posts, 0 AS authors FROM lost_pairs
    UNION ALL
    SELECT topic, term_no, posts, 0 FROM gained_pairs
    UNION ALL
    SELECT topic, term_no, 0, -1 FROM silent_pairs
    UNION ALL
    SELECT topic, term_no, 0, 1 FROM new_voices
)
GROUP BY topic, term_no
HAVING sum(posts) <> 0 OR sum(authors) <> 0;

INSERT INTO term_days
SELECT topic, day, term_no, sum(posts) AS posts
FROM (
    SELECT topic, day, term_no, -posts AS posts FROM lost_pairs
    UNION ALL
    SELECT topic, day, term_no, posts FROM gained_pairs
)
GROUP BY topic, day, term_no
HAVING sum(posts) <> 0;

DELETE FROM voices
WHERE (topic, term_no, author_no) IN (SELECT (topic, term_no, author_no) FROM silent_pairs);

INSERT INTO voices SELECT * FROM new_voices;
