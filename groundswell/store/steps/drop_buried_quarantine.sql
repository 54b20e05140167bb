-- Removes items in quarantine that name what is buried: by uri, by its last part, by account.
-- Items are bytes; what is not plain ASCII in them compares as blanks.
DELETE FROM quarantine AS q
USING (
    SELECT DISTINCT
        source,
        regexp_replace(encode(name)::VARCHAR, '\\x[0-9A-F]{2}', ' ', 'g') AS name
    FROM (
        SELECT source, uri AS name FROM buried WHERE uri IS NOT NULL
        UNION ALL
        SELECT source, regexp_extract(uri, '[^/:=]+$') FROM buried WHERE uri IS NOT NULL
        UNION ALL
        SELECT source, author_id FROM buried WHERE author_id IS NOT NULL
        UNION ALL
        SELECT source, uri FROM touched
    )
    WHERE name <> ''
) AS n
WHERE
    q.source = n.source
    AND regexp_matches(
        regexp_replace(q.raw::VARCHAR, '\\x[0-9A-F]{2}', ' ', 'g'),
        '(^|[^\w])' || regexp_escape(n.name) || '($|[^\w])'
    );
