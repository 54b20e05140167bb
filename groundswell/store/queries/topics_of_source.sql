-- Grain: one row per topic that a source brought anything to.
SELECT topic FROM batches WHERE source = $source
UNION
SELECT topic FROM coverage WHERE source = $source;
