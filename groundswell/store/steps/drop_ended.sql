-- Of posts that outlived their deletion goes what came before it: earlier texts are gone already, and
-- now also what found, counted and dated them. Their raw items cannot be told apart and go as well.
CREATE OR REPLACE TEMP TABLE ended AS
SELECT a.*, o.post_no
FROM announcements AS a
INNER JOIN outlived AS o ON a.key = o.key AND a.announced_at <= o.buried_at;

DELETE FROM announcements
WHERE (key, announced_at) IN (SELECT (key, announced_at) FROM ended);

CREATE OR REPLACE TEMP TABLE alive AS
SELECT a.*, o.post_no
FROM announcements AS a
INNER JOIN outlived AS o ON a.key = o.key
WHERE o.post_no IN (SELECT post_no FROM touched);

DELETE FROM matches
WHERE (post_no, topic, query, route) IN (
    SELECT (post_no, m.topic, m.query, m.route)
    FROM (SELECT post_no, unnest(matches) AS m FROM ended)
    EXCEPT
    SELECT (post_no, m.topic, m.query, m.route)
    FROM (SELECT post_no, unnest(matches) AS m FROM alive)
);

DELETE FROM edits
WHERE (post_no, version) IN (
    SELECT (post_no, version) FROM ended EXCEPT SELECT (post_no, version) FROM alive
);

DELETE FROM engagement AS e
USING outlived AS o
WHERE e.post_no = o.post_no AND e.seen_at <= o.buried_at;

DELETE FROM labels AS l
USING outlived AS o
WHERE l.post_no = o.post_no AND l.labelled_at <= o.buried_at;

DELETE FROM sightings AS s
USING outlived AS o
WHERE s.post_no = o.post_no AND s.seen_at <= o.buried_at;

UPDATE posts AS p
SET
    first_seen_at = n.first_seen_at,
    posted_at = n.posted_at,
    skewed = n.skewed,
    seen_at = CASE WHEN p.announced_at > n.buried_at THEN p.seen_at ELSE n.seen_at END,
    announced_at = CASE WHEN p.announced_at > n.buried_at THEN p.announced_at ELSE n.announced_at END
FROM (
    SELECT
        a.post_no,
        any_value(o.buried_at) AS buried_at,
        min(a.first_seen_at) AS first_seen_at,
        min(a.posted_at) AS posted_at,
        bool_or(a.skewed) AS skewed,
        arg_max(a.first_seen_at, a.announced_at) AS seen_at,
        max(a.announced_at) AS announced_at
    FROM alive AS a
    INNER JOIN outlived AS o ON a.post_no = o.post_no
    GROUP BY a.post_no
) AS n
WHERE p.post_no = n.post_no;

UPDATE tokens AS t
SET day = p.posted_at::DATE
FROM posts AS p
WHERE
    t.post_no = p.post_no
    AND p.post_no IN (SELECT post_no FROM touched)
    AND t.post_no IN (SELECT post_no FROM touched)
    AND t.day <> p.posted_at::DATE;

INSERT INTO raw_erasures
SELECT DISTINCT i.file_no, t.source, t.uri
FROM raw_items AS i
INNER JOIN touched AS t ON i.post_no = t.post_no;

DELETE FROM raw_items WHERE post_no IN (SELECT post_no FROM touched);
DELETE FROM facts WHERE post_no IN (SELECT post_no FROM touched);
DELETE FROM stances WHERE post_no IN (SELECT post_no FROM touched);
