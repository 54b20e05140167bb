-- Grain: one row per term of new posts and newer versions; a term not met before gets a number.
CREATE OR REPLACE TEMP TABLE met_terms AS
WITH met AS (
    SELECT DISTINCT unnest(i.tokens) AS term
    FROM arriving AS a
    INNER JOIN incoming AS i ON a.sighting = i.sighting
    WHERE a.standing IN ('new', 'changed')
)

SELECT
    m.term,
    k.term_no IS NULL AS is_new,
    coalesce(
        k.term_no,
        (SELECT next FROM counters WHERE name = 'term')
        + row_number() OVER (PARTITION BY k.term_no IS NULL ORDER BY m.term) - 1
    ) AS term_no
FROM met AS m
LEFT JOIN terms AS k ON m.term = k.term;
