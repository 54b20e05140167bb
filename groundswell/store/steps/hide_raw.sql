-- A post whose author has since asked to be left out, or left: what was received of it before goes as
-- well.
INSERT INTO raw_erasures
SELECT DISTINCT r.file_no, i.source, i.uri
FROM arriving AS a
INNER JOIN incoming AS i ON a.sighting = i.sighting
INNER JOIN raw_items AS r ON a.post_no = r.post_no
WHERE
    a.standing = 'changed'
    AND (i.withheld IS NOT NULL OR list_contains(i.labels, 'account-deleted'));

DELETE FROM raw_items
WHERE post_no IN (
    SELECT a.post_no
    FROM arriving AS a
    INNER JOIN incoming AS i ON a.sighting = i.sighting
    WHERE
        a.standing = 'changed'
        AND (i.withheld IS NOT NULL OR list_contains(i.labels, 'account-deleted'))
);
