-- Ranks model versions not met before: the later met, the higher.
INSERT INTO models
SELECT
    s.model,
    s.version,
    (SELECT coalesce(max(rank), 0) FROM models) + row_number() OVER (ORDER BY s.model, s.version)
FROM (SELECT DISTINCT model, version FROM fresh_scores) AS s
ANTI JOIN models AS m ON s.model = m.model AND s.version = m.version;
