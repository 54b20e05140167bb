-- Grain: one row. Distinct authors, exactly: one bit an author (three times faster than
-- count(DISTINCT)); $last_author is the highest number given. First and last post, UTC.
WITH {chosen}

SELECT
    coalesce(bit_count(bitstring_agg(author_no, 0, $last_author)), 0)::BIGINT AS authors,
    min(posted_at) AS first_at,
    max(posted_at) AS last_at
FROM chosen;
