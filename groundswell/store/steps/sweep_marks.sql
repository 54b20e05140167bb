-- Forgets what was only kept against sources that lag behind: deletions of what was never stored after
-- two days, marks that were lifted after a week, marks on accounts and posts never stored after thirty
-- days.
DELETE FROM passing_tombstones WHERE noted_at < now() - INTERVAL 48 HOUR;

DELETE FROM hidings
WHERE
    (lifted AND noted_at < now() - INTERVAL 7 DAY)
    OR (
        noted_at < now() - INTERVAL 30 DAY
        AND CASE
            WHEN is_account THEN key NOT IN (SELECT key FROM authors)
            ELSE key NOT IN (SELECT key FROM posts)
        END
    );
