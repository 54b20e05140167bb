-- Grain: one row per narrative that was told (parallel lists), with the time its id was first given.
CREATE OR REPLACE TEMP TABLE told_narratives AS
SELECT t.*, coalesce(n.found_at, $read_at::TIMESTAMPTZ) AS found_at
FROM (
    SELECT
        unnest($ids::VARCHAR[]) AS narrative,
        unnest($sides::VARCHAR[]) AS side,
        unnest($terms::VARCHAR[][]) AS terms,
        unnest($counters::VARCHAR[]) AS counter,
        unnest($nearnesses::DOUBLE[]) AS nearness,
        unnest($merged::VARCHAR[][]) AS merged,
        unnest($split_from::VARCHAR[]) AS split_from
) AS t
LEFT JOIN narratives AS n
    ON t.narrative = n.narrative AND n.topic = $topic AND n.target = $target;
