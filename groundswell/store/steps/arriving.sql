-- Grain: one row per post among the sightings. The newest version stands (latest edited_at, then
-- latest sighting); the earliest sighting dates it. standing: new; changed (a newer version than
-- the stored one), older, same. Numbers follow posted_at, so that a period lies close together.
CREATE OR REPLACE TEMP TABLE arriving AS
WITH grouped AS (
    SELECT
        key,
        arg_max(sighting, (coalesce(edited_at, '-infinity'::TIMESTAMPTZ), first_seen_at, sighting))
            AS sighting,
        min(first_seen_at) AS first_seen_at,
        min(posted_at) AS posted_at,
        bool_or(skewed) AS skewed
    FROM incoming
    GROUP BY key
),

matched AS (
    SELECT
        g.key,
        g.sighting,
        p.post_no AS known_no,
        least(g.first_seen_at, p.first_seen_at) AS first_seen_at,
        least(g.posted_at, p.posted_at) AS posted_at,
        g.skewed OR coalesce(p.skewed, false) AS skewed,
        coalesce(g.posted_at < p.posted_at OR (g.skewed AND NOT p.skewed), false) AS moved,
        p.version AS old_version,
        p.edited_at AS old_edited_at,
        p.seen_at AS old_seen_at,
        p.withheld AS old_withheld,
        p.text AS old_text
    FROM grouped AS g
    LEFT JOIN posts AS p ON g.key = p.key
),

judged AS (
    SELECT
        m.* EXCLUDE (sighting),
        i.* EXCLUDE (key, first_seen_at, posted_at, skewed, told_too_much, batch_id),
        i.first_seen_at AS seen_at,
        CASE
            WHEN (i.withheld IS NULL) <> (m.old_withheld IS NULL) THEN true
            WHEN i.version IS NOT NULL AND m.old_version IS NOT NULL
                THEN i.version <> m.old_version
            ELSE i.text <> m.old_text
        END AS differs,
        (coalesce(i.edited_at, '-infinity'::TIMESTAMPTZ), i.first_seen_at)
        > (coalesce(m.old_edited_at, '-infinity'::TIMESTAMPTZ), m.old_seen_at) AS newer
    FROM matched AS m
    INNER JOIN incoming AS i ON m.sighting = i.sighting
)

SELECT
    * EXCLUDE (known_no, differs, newer, old_withheld, old_text),
    coalesce(
        known_no,
        (SELECT next FROM counters WHERE name = 'post')
        + row_number() OVER (PARTITION BY known_no IS NULL ORDER BY posted_at, key) - 1
    ) AS post_no,
    CASE
        WHEN known_no IS NULL THEN 'new'
        WHEN NOT differs THEN 'same'
        WHEN newer THEN 'changed'
        ELSE 'older'
    END AS standing
FROM judged;
