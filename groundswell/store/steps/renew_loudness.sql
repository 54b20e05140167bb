-- Sets how loud stored posts are, by their newest counts.
UPDATE facts AS f
SET loudness = n.loudness
FROM (
    SELECT
        post_no,
        arg_max(
            coalesce(likes, 0) + coalesce(reposts, 0) + coalesce(replies, 0) + coalesce(quotes, 0),
            seen_at
        ) AS loudness
    FROM engagement
    WHERE post_no IN (SELECT post_no FROM fresh_engagement)
    GROUP BY post_no
) AS n
WHERE f.post_no = n.post_no AND f.loudness IS DISTINCT FROM n.loudness;
