-- Leaves out sightings of posts and accounts with a tombstone: what was deleted stays deleted. An
-- account may be buried by its stable id or by its name.
DELETE FROM incoming
WHERE
    key IN (SELECT key FROM tombstones WHERE uri IS NOT NULL)
    OR account_key IN (SELECT key FROM tombstones WHERE author_id IS NOT NULL)
    OR (
        author_id IS NOT NULL
        AND md5_number(source || chr(31) || author)
        IN (SELECT key FROM tombstones WHERE author_id IS NOT NULL)
    )
RETURNING source, uri;
