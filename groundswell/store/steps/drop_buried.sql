-- Leaves out sightings of posts and accounts with a tombstone: what was deleted stays deleted.
DELETE FROM incoming
WHERE
    key IN (SELECT key FROM tombstones WHERE uri IS NOT NULL)
    OR account_key IN (SELECT key FROM tombstones WHERE author_id IS NOT NULL);
