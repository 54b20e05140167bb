-- Keeps the id of the version that does not stand: the stored one when a newer came, the one that
-- came when it is older. Its text is kept nowhere.
INSERT INTO edits
SELECT v.*, $now AS replaced_at
FROM (
    SELECT post_no, version, edited_at, seen_at
    FROM known
    WHERE
        withheld IS DISTINCT FROM 'expired'
        AND post_no IN (SELECT post_no FROM arriving WHERE standing = 'changed')
    UNION ALL
    SELECT post_no, version, edited_at, seen_at
    FROM arriving
    WHERE standing = 'older'
) AS v
ANTI JOIN edits AS e
    ON
        v.post_no = e.post_no
        AND v.version IS NOT DISTINCT FROM e.version
        AND v.edited_at IS NOT DISTINCT FROM e.edited_at;
