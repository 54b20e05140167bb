-- Grain: one row. Unit: rows now and when last compacted; posts not sealed; posts whose tokens are
-- not in the order of search.
WITH mark AS (
    SELECT name, next FROM counters
)

SELECT
    (SELECT count(*) FROM rollup_hour) AS rollup_hour,
    (SELECT next FROM mark WHERE name = 'rollup_hour') AS rollup_hour_then,
    (SELECT count(*) FROM term_totals) AS term_totals,
    (SELECT next FROM mark WHERE name = 'term_totals') AS term_totals_then,
    (SELECT count(*) FROM term_days) AS term_days,
    (SELECT next FROM mark WHERE name = 'term_days') AS term_days_then,
    (SELECT count(*) FROM sightings) AS sightings,
    coalesce((SELECT next FROM mark WHERE name = 'sightings'), 0) AS sightings_then,
    (SELECT next FROM mark WHERE name = 'sealed') AS sealed,
    (SELECT next FROM mark WHERE name = 'sorted') AS sorted,
    (SELECT next FROM mark WHERE name = 'post') AS post;
