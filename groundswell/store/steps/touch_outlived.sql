-- Grain: one row per post that outlived its deletion and still holds something from before it.
CREATE OR REPLACE TEMP TABLE touched AS
SELECT post_no, key, source, uri, author
FROM outlived AS o
WHERE EXISTS (
    SELECT 1 FROM announcements AS a WHERE a.key = o.key AND a.announced_at <= o.buried_at
);
