-- Grain: one row per stored post of $source among $uris whose text is kept and shown.
SELECT uri, text
FROM posts
WHERE
    key IN (
        SELECT md5_number($source || chr(31) || uri)
        FROM (SELECT unnest($uris::VARCHAR[]) AS uri)
    )
    AND withheld IS NULL
    AND post_no NOT IN (SELECT post_no FROM hidden);
