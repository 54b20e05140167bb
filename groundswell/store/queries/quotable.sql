-- Grain: one row per post that stands on $side towards $target and might be quoted, of the $deep
-- worthiest, in order of worth: the square of the stance's confidence, times one plus the logarithm of
-- one plus its engagement. Where a source gives no counts, the mean of those logarithms stands for it.
-- Only the first of a group that says nearly the same, whose account is known and may be named, that
-- has an address. all_posts: how many were ranked.
WITH {spoken},

said AS MATERIALIZED (
    SELECT
        s.post_no,
        s.author_no,
        s.confidence,
        CASE WHEN f.loudness IS NOT NULL THEN ln(1 + greatest(f.loudness, 0)) END AS heard
    FROM spoken AS s
    INNER JOIN facts AS f ON f.topic = $topic AND s.post_no = f.post_no
    WHERE
        s.stance = $side
        AND s.author_no IS NOT NULL
        AND NOT f.withheld
        AND s.post_no NOT IN (
            SELECT post_no FROM copies WHERE topic = $topic AND group_no <> post_no
        )
),

ranked AS MATERIALIZED (
    SELECT
        post_no,
        author_no,
        coalesce(confidence, 0) * coalesce(confidence, 0)
        * (1 + coalesce(heard, (SELECT avg(heard) FROM said), 0)) AS worth
    FROM said
    ORDER BY worth DESC, post_no
    LIMIT $deep
)

SELECT
    r.post_no,
    r.author_no,
    p.source,
    p.text,
    p.card_text,
    p.quoted_text,
    (SELECT count(*) FROM said) AS all_posts
FROM ranked AS r
INNER JOIN posts AS p ON r.post_no = p.post_no
WHERE
    p.url IS NOT NULL
    AND coalesce(p.author, p.author_name) IS NOT NULL
    AND r.author_no NOT IN (
        SELECT author_no
        FROM posts
        WHERE author_no IN (SELECT author_no FROM ranked) AND nameless(labels)
    )
ORDER BY r.worth DESC, r.post_no;
