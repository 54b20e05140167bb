-- Grain: one row per post that speaks of $target, of the sources in $places. place: its source's place
-- in that list, from 1; key: as in stance_keys.
WITH {spoken}

SELECT
    list_position($places::VARCHAR[], source)::UTINYINT AS place,
    (
        (epoch_us(posted_at) + 62135596800000000) // $width_us * 4294967296
        + coalesce(author_no::BIGINT, 2147483648 + post_no % 2147483648)
    ) * 4
    + CASE stance WHEN 'against' THEN 0 WHEN 'none' THEN 1 WHEN 'favor' THEN 2 ELSE 3 END AS key
FROM spoken
WHERE list_contains($places::VARCHAR[], source);
