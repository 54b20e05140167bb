-- Grain: one row per post among the sightings. The newest version stands (latest edited_at, then
-- told last); the earliest sighting dates it. standing: new; changed (a newer version than the stored
-- one, its text once more after it had expired, or its account by another name or without one), older,
-- same. Numbers follow posted_at, so that a period lies close together.
CREATE OR REPLACE TEMP TABLE arriving AS
WITH grouped AS (
    SELECT
        key,
        arg_max(sighting, (edit_rank, told_at, sighting)) AS sighting,
        min(first_seen_at) AS first_seen_at,
        min(posted_at) AS posted_at,
        bool_or(skewed) AS skewed
    FROM incoming
    GROUP BY key
),

numbered AS (
    SELECT
        g.sighting,
        coalesce(
            k.post_no,
            (SELECT next FROM counters WHERE name = 'post')
            + row_number() OVER (PARTITION BY k.post_no IS NULL ORDER BY g.posted_at, g.key) - 1
        ) AS post_no,
        k.post_no IS NULL AS is_new,
        least(g.first_seen_at, k.first_seen_at) AS first_seen_at,
        least(g.posted_at, k.posted_at) AS posted_at,
        g.skewed OR coalesce(k.skewed, false) AS skewed,
        coalesce(g.posted_at < k.posted_at OR (g.skewed AND NOT k.skewed), false) AS moved
    FROM grouped AS g
    LEFT JOIN known AS k ON g.key = k.key
)

SELECT
    n.* EXCLUDE (is_new),
    i.first_seen_at AS seen_at,
    i.told_at,
    i.version,
    i.edited_at,
    i.key,
    CASE
        WHEN n.is_new THEN 'new'
        WHEN
            NOT CASE
                WHEN (i.withheld IS NULL) <> (k.withheld IS NULL) THEN true
                WHEN
                    list_contains(i.labels, 'account-deleted')
                    AND (i.author_id IS DISTINCT FROM k.author_id OR i.author IS DISTINCT FROM k.author)
                    THEN true
                WHEN i.author_id = k.author_id AND i.author <> k.author THEN true
                WHEN i.version IS NOT NULL AND k.version IS NOT NULL THEN i.version <> k.version
                ELSE i.text <> k.text
            END
            THEN 'same'
        WHEN (i.edit_rank, i.told_at) > (k.edit_rank, k.seen_at) THEN 'changed'
        WHEN 'expired' IN (i.withheld, k.withheld) THEN 'same'
        ELSE 'older'
    END AS standing
FROM numbered AS n
INNER JOIN incoming AS i ON n.sighting = i.sighting
LEFT JOIN known AS k ON n.post_no = k.post_no;
