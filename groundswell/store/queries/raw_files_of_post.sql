-- Grain: one row per file that holds raw items of a post.
SELECT DISTINCT i.file_no
FROM raw_items AS i
INNER JOIN posts AS p ON i.post_no = p.post_no
WHERE p.key = md5_number($source || chr(31) || $uri)
ORDER BY i.file_no;
