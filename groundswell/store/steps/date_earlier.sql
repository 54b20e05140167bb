-- A post seen again: the latest sighting of the version that stands is noted; an earlier sighting
-- than all before dates the post and its terms.
INSERT INTO sightings
SELECT a.post_no, a.told_at
FROM arriving AS a
INNER JOIN known AS k ON a.post_no = k.post_no
WHERE a.standing = 'same' AND a.told_at > k.seen_at;

UPDATE posts AS p
SET first_seen_at = a.first_seen_at, posted_at = a.posted_at, skewed = a.skewed
FROM arriving AS a
INNER JOIN known AS k ON a.post_no = k.post_no
WHERE
    p.post_no = a.post_no
    AND a.standing IN ('same', 'older')
    AND (a.first_seen_at < k.first_seen_at OR a.moved);

UPDATE tokens AS t
SET day = a.posted_at::DATE
FROM arriving AS a
WHERE t.post_no = a.post_no AND a.moved AND a.standing IN ('same', 'older');
