-- Grain: one row per term of $term_nos in the chosen posts. Unit: distinct authors, exactly: one bit
-- an author (four times faster than count(DISTINCT)); $last_author is the highest number given.
WITH {chosen}

SELECT
    t.term_no,
    coalesce(bit_count(bitstring_agg(c.author_no, 0, $last_author)), 0)::BIGINT AS authors
FROM tokens AS t
INNER JOIN chosen AS c ON t.post_no = c.post_no
WHERE t.term_no IN (SELECT unnest($term_nos::INTEGER[]))
GROUP BY t.term_no;
