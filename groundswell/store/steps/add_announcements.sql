-- Remembers what the site announced of posts that are stored, each event once.
INSERT INTO announcements
SELECT
    i.key,
    i.announced_at,
    min(i.first_seen_at) AS first_seen_at,
    min(i.posted_at) AS posted_at,
    bool_or(i.skewed) AS skewed,
    arg_max(i.version, i.sighting) AS version,
    flatten(list(i.matches)) AS matches
FROM incoming AS i
ANTI JOIN announcements AS a ON i.key = a.key AND i.announced_at = a.announced_at
WHERE i.announced_at IS NOT NULL
GROUP BY i.key, i.announced_at;
