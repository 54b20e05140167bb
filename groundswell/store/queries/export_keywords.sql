-- Grain: one row per term of the chosen posts, the most frequent first. Unit: posts, and distinct
-- authors, exactly.
COPY (
    WITH {chosen},

    pairs AS (
        SELECT t.term_no, c.author_no, count(*) AS posts
        FROM tokens AS t
        INNER JOIN chosen AS c ON t.post_no = c.post_no
        GROUP BY t.term_no, c.author_no
    )

    SELECT disarmed(k.term) AS term, sum(p.posts)::BIGINT AS posts, count(p.author_no) AS authors
    FROM pairs AS p
    INNER JOIN terms AS k ON p.term_no = k.term_no
    GROUP BY k.term
    ORDER BY posts DESC, k.term
) TO $path (FORMAT csv, HEADER true, FORCE_QUOTE *, NEW_LINE '\r\n');
