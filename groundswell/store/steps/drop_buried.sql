-- Leaves out sightings of posts and accounts with a tombstone: what was deleted stays deleted, unless
-- the site announced the post anew later than that. Being merely seen revives nothing: a source may
-- lag behind. An account may be buried by its stable id or by its name.
CREATE OR REPLACE TEMP TABLE told_dead AS
SELECT key, is_account, max(seen_at) AS seen_at, bool_or(final) AS final
FROM (
    SELECT key, uri IS NULL AS is_account, seen_at, final FROM tombstones
    UNION ALL
    SELECT key, is_account, seen_at, false FROM passing_tombstones
)
WHERE
    key IN (
        SELECT key FROM incoming
        UNION
        SELECT account_key FROM incoming
        UNION
        SELECT name_key FROM incoming
        UNION
        SELECT quote_key FROM incoming
    )
GROUP BY key, is_account;

CREATE OR REPLACE TEMP TABLE dead AS
SELECT d.key, d.is_account, coalesce(l.announced_at > d.seen_at, false) AND NOT d.final AS outlived, d.seen_at
FROM told_dead AS d
LEFT JOIN (
    SELECT key, max(announced_at) AS announced_at
    FROM (
        SELECT key, announced_at FROM announcements WHERE key IN (SELECT key FROM told_dead)
        UNION ALL
        SELECT key, announced_at FROM incoming WHERE key IN (SELECT key FROM told_dead)
    )
    GROUP BY key
) AS l ON d.key = l.key AND NOT d.is_account;

-- What was remembered for a time only, and is met now, stays.
INSERT INTO tombstones BY NAME
SELECT
    t.key,
    any_value(i.source) AS source,
    any_value(i.uri) AS uri,
    NULL AS author_id,
    'deleted' AS reason,
    any_value(t.seen_at) AS seen_at,
    false AS final
FROM passing_tombstones AS t
INNER JOIN incoming AS i ON t.key = i.key
WHERE NOT t.is_account
GROUP BY t.key
UNION ALL
SELECT
    t.key,
    any_value(i.source),
    NULL,
    any_value(i.author_id),
    'deleted',
    any_value(t.seen_at),
    false
FROM passing_tombstones AS t
INNER JOIN incoming AS i ON t.key = i.account_key AND i.author_id IS NOT NULL
WHERE t.is_account
GROUP BY t.key;

DELETE FROM passing_tombstones
WHERE (key, is_account) IN (SELECT (key, uri IS NULL) FROM tombstones);

DELETE FROM incoming
WHERE
    key IN (SELECT key FROM dead WHERE NOT is_account AND NOT outlived)
    OR sighting IN (
        SELECT i.sighting
        FROM incoming AS i
        INNER JOIN dead AS d ON i.key = d.key AND NOT d.is_account AND d.outlived
        WHERE i.told_at <= d.seen_at
    )
    OR account_key IN (SELECT key FROM dead WHERE is_account)
    OR name_key IN (SELECT key FROM dead WHERE is_account)
RETURNING source, uri, first_seen_at;
