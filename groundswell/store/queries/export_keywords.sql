-- Grain: one row per term, the most frequent first. Unit: posts that hold it, and their distinct
-- authors, exactly.
COPY (
    SELECT disarmed(term) AS term, posts, authors
    FROM ({terms})
    ORDER BY posts DESC, term
) TO $path (FORMAT csv, HEADER true, FORCE_QUOTE *, NEW_LINE '\r\n');
