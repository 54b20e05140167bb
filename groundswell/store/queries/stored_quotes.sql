-- Grain: one row per stored post that quotes a post that is buried now, itself or with its account.
SELECT post_no, source, uri, quoted_text, concat_ws(chr(10), text, card_text, alt_text) AS own, tags
FROM posts
WHERE
    quoted_text IS NOT NULL
    AND (source, quote_of) IN (
        SELECT (source, uri) FROM buried WHERE uri IS NOT NULL
        UNION ALL
        SELECT (source, uri) FROM touched
    );
