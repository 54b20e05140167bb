-- Notes which posts have raw items in the file of this group.
INSERT INTO raw_items
SELECT DISTINCT a.post_no, $file_no
FROM incoming AS i
INNER JOIN arriving AS a ON i.key = a.key
WHERE i.has_raw
ORDER BY a.post_no;
