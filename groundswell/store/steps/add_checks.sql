-- When stored posts were asked for again.
MERGE INTO checks AS c
USING (
    SELECT post_no
    FROM posts
    WHERE
        key IN (
            SELECT md5_number($source || chr(31) || uri)
            FROM (SELECT unnest($uris::VARCHAR[]) AS uri)
        )
) AS n ON c.post_no = n.post_no
WHEN MATCHED THEN UPDATE SET checked_at = greatest(c.checked_at, $at)
WHEN NOT MATCHED THEN INSERT VALUES (n.post_no, $at);
