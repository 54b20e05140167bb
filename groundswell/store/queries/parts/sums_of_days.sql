-- Grain: several rows per term add up. Unit: sealed posts of whole days, NULL: from the first, to the
-- last.
sums AS (
    SELECT term_no, posts
    FROM term_days
    WHERE
        topic = $topic
        AND day >= coalesce($first_day::DATE, '-infinity'::DATE)
        AND day < coalesce($last_day::DATE, 'infinity'::DATE)
)
