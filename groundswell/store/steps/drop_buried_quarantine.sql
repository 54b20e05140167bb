-- Removes items in quarantine that name what is buried: by uri, by its last part, by account.
-- Items are bytes; what is not plain ASCII in them compares as blanks. Names are looked for by their
-- last word first: a stream sends a thousand deletions at a time.
CREATE OR REPLACE TEMP TABLE names_gone AS
SELECT DISTINCT source, name, regexp_extract(name, '(\w+)\W*$', 1) AS last_word
FROM (
    SELECT source, regexp_replace(encode(name)::VARCHAR, '\\x[0-9A-F]{2}', ' ', 'g') AS name
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
);

DELETE FROM quarantine
WHERE
    id IN (
        WITH items AS (
            SELECT id, source, regexp_replace(raw::VARCHAR, '\\x[0-9A-F]{2}', ' ', 'g') AS said
            FROM quarantine
            WHERE source IN (SELECT source FROM names_gone)
        ),

        words AS (
            SELECT DISTINCT id, source, unnest(regexp_extract_all(said, '\w+')) AS word FROM items
        )

        SELECT i.id
        FROM names_gone AS n
        INNER JOIN words AS w ON n.source = w.source AND n.last_word = w.word
        INNER JOIN items AS i ON w.id = i.id
        WHERE regexp_matches(i.said, '(^|[^\w])' || regexp_escape(n.name) || '($|[^\w])')
    );
