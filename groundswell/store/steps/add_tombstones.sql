-- Stops every later import of what is buried. The first word on it stands, and the latest time. What
-- was never stored is remembered for a time only, unless it is buried for good.
UPDATE tombstones AS t
SET seen_at = greatest(t.seen_at, b.seen_at), final = t.final OR b.final
FROM buried AS b
WHERE
    t.key = b.key
    AND (t.uri IS NULL) = (b.uri IS NULL)
    AND (b.seen_at > t.seen_at OR (b.final AND NOT t.final));

CREATE OR REPLACE TEMP TABLE untold AS
SELECT
    b.*,
    b.final
    OR CASE
        WHEN b.uri IS NULL THEN b.key IN (SELECT key FROM authors)
        ELSE b.key IN (SELECT key FROM touched UNION SELECT key FROM outlived)
    END AS stays
FROM buried AS b
ANTI JOIN tombstones AS t ON b.key = t.key AND (b.uri IS NULL) = (t.uri IS NULL);

INSERT INTO tombstones BY NAME SELECT * EXCLUDE (stays, noted_at) FROM untold WHERE stays;

UPDATE passing_tombstones AS t
SET seen_at = greatest(t.seen_at, u.seen_at), noted_at = u.noted_at
FROM untold AS u
WHERE NOT u.stays AND t.key = u.key AND t.is_account = (u.uri IS NULL);

INSERT INTO passing_tombstones
SELECT u.key, u.uri IS NULL AS is_account, u.seen_at, u.noted_at
FROM untold AS u
ANTI JOIN passing_tombstones AS t ON u.key = t.key AND (u.uri IS NULL) = t.is_account
WHERE NOT u.stays;
