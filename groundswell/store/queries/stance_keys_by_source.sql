-- Grain: one row per post that speaks of $target. As in stance_keys, and above the bin (25 bits) the
-- place of the post's source in the list $places, from 1 to 15; 0 where it does not stand there.
-- Sorted, the bins of one source lie together.
WITH {spoken}

SELECT
    (
        (
            coalesce(list_position($places::VARCHAR[], source), 0)::BIGINT * 33554432
            + (epoch_us(posted_at) + 62135596800000000) // $width_us
        ) * 4294967296
        + coalesce(author_no::BIGINT, 2147483648 + post_no % 2147483648)
    ) * 4
    + CASE stance WHEN 'against' THEN 0 WHEN 'none' THEN 1 WHEN 'favor' THEN 2 ELSE 3 END AS key
FROM spoken;
