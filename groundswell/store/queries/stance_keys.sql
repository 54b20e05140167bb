-- Grain: one row per post that speaks of $target. A number that says, from the lowest digits on, its
-- stance (2 bits: against, none, favor, not scored), its author (32 bits; who is not known is an
-- author of one post), and its bin: how many times $width_us since the year 1, a Monday. Sorted, the
-- posts of one author in one bin lie together.
WITH {spoken}

SELECT
    (
        (epoch_us(posted_at) + 62135596800000000) // $width_us * 4294967296
        + coalesce(author_no::BIGINT, 2147483648 + post_no % 2147483648)
    ) * 4
    + CASE stance WHEN 'against' THEN 0 WHEN 'none' THEN 1 WHEN 'favor' THEN 2 ELSE 3 END AS key
FROM spoken;
