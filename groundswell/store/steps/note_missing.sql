-- Notes which stored posts were not there. One that was seen since is not missing. Adds them to marked.
INSERT INTO missing
SELECT u.key, u.seen_at
FROM unfound AS u
INNER JOIN (
    SELECT p.key, greatest(coalesce(p.announced_at, p.seen_at), max(s.seen_at)) AS seen_at
    FROM posts AS p
    LEFT JOIN sightings AS s ON p.post_no = s.post_no
    WHERE p.key IN (SELECT key FROM unfound)
    GROUP BY p.key, p.announced_at, p.seen_at
) AS l ON u.key = l.key AND u.seen_at > l.seen_at
ANTI JOIN missing AS m ON u.key = m.key AND u.seen_at = m.seen_at;

INSERT INTO marked BY NAME SELECT DISTINCT key, false AS is_account FROM unfound;
