-- Grain: one row per post, model, version and target that is not stored yet, of the version of the
-- post that stands. A model's newer version on the same text is one more row. A sighting of an
-- older text brings none.
CREATE OR REPLACE TEMP TABLE fresh_scores AS
WITH said AS (
    SELECT a.post_no, unnest(i.scores) AS s
    FROM arriving AS a
    INNER JOIN incoming AS i ON a.sighting = i.sighting
    WHERE a.standing <> 'older'
),

stored AS (
    SELECT post_no, model, version, target
    FROM scores
    WHERE post_no IN (SELECT post_no FROM arriving WHERE standing = 'same')
)

SELECT
    d.post_no,
    d.s.model AS model,
    d.s.version AS version,
    d.s.target AS target,
    any_value(d.s.label) AS label,
    any_value(d.s.value) AS value,
    any_value(d.s.confidence) AS confidence,
    any_value(d.s.reason) AS reason
FROM said AS d
ANTI JOIN stored AS t
    ON
        d.post_no = t.post_no AND d.s.model = t.model AND d.s.version = t.version
        AND d.s.target IS NOT DISTINCT FROM t.target
GROUP BY ALL;
