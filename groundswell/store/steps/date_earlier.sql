-- A post seen again: latest sighting of the version that stands, earliest of all; days of its terms.
UPDATE posts AS p
SET
    seen_at = CASE WHEN a.standing = 'same' THEN greatest(p.seen_at, a.seen_at) ELSE p.seen_at END,
    first_seen_at = a.first_seen_at,
    posted_at = a.posted_at,
    skewed = a.skewed
FROM arriving AS a
WHERE p.post_no = a.post_no AND a.standing IN ('same', 'older');

UPDATE tokens AS t
SET day = a.posted_at::DATE
FROM arriving AS a
WHERE t.post_no = a.post_no AND a.moved AND a.standing IN ('same', 'older');
