-- Grain, outlived: one row per stored post that was announced anew after it was buried: it stays.
-- touched: one row per stored post that is buried, itself or with its account.
CREATE OR REPLACE TEMP TABLE outlived AS
SELECT p.post_no, p.key, p.source, p.uri, p.author, b.seen_at AS buried_at
FROM posts AS p
INNER JOIN buried AS b ON p.key = b.key AND b.uri IS NOT NULL AND NOT b.final
INNER JOIN (
    SELECT key, max(announced_at) AS announced_at
    FROM announcements
    WHERE key IN (SELECT key FROM buried)
    GROUP BY key
) AS a ON p.key = a.key AND a.announced_at > b.seen_at;

CREATE OR REPLACE TEMP TABLE touched AS
SELECT post_no, key, source, uri, author
FROM posts
WHERE
    (
        key IN (SELECT key FROM buried WHERE uri IS NOT NULL)
        AND post_no NOT IN (SELECT post_no FROM outlived)
    )
    OR author_no IN (
        SELECT a.author_no
        FROM authors AS a
        INNER JOIN buried AS b ON a.key = b.key AND b.author_id IS NOT NULL
    );

DELETE FROM outlived WHERE post_no IN (SELECT post_no FROM touched);
