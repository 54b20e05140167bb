-- Grain: one row per post to be labelled next, in the order drawn; $limit of them. Those the labeller
-- has not labelled, or, with $differing, those all on which labellers differ. $passed are left out.
-- No author, no score: who labels must not know them. What hidden posts said is not shown where it is
-- quoted. Times UTC.
WITH {votes},

waiting AS (
    SELECT k.draw, k.place, k.post_no
    FROM drawn AS k
    INNER JOIN facts AS f ON k.post_no = f.post_no AND f.topic = $topic AND NOT f.withheld
    WHERE
        k.topic = $topic
        AND k.target = $target
        AND k.place IS NOT NULL
        AND NOT list_contains($passed::BIGINT[], k.post_no)
        AND CASE
            WHEN $differing
                THEN k.post_no IN (SELECT post_no FROM votes WHERE truth IS NULL AND votes > 0)
            ELSE k.post_no NOT IN (
                SELECT post_no
                FROM labels
                WHERE topic = $topic AND target = $target AND labeller = $labeller
            )
        END
    ORDER BY k.draw, k.place
    LIMIT $limit
),

unquotable AS (
    SELECT key FROM hidings WHERE NOT lifted AND NOT is_account
    UNION
    SELECT key FROM posts WHERE post_no IN (SELECT post_no FROM hidden)
),

named AS (
    SELECT w.draw, w.place, p.*, md5_number(p.source || chr(31) || p.reply_to) AS parent
    FROM waiting AS w
    INNER JOIN posts AS p ON w.post_no = p.post_no
),

parents AS (
    SELECT key, text
    FROM posts
    WHERE
        key IN (SELECT parent FROM named)
        AND withheld IS NULL
        AND key NOT IN (SELECT key FROM unquotable)
)

SELECT
    n.post_no,
    n.source,
    n.posted_at,
    n.text,
    CASE
        WHEN md5_number(n.source || chr(31) || n.quote_of) NOT IN (SELECT key FROM unquotable)
            THEN n.quoted_text
    END AS quoted_text,
    n.card_text,
    n.alt_text,
    a.text AS parent_text
FROM named AS n
LEFT JOIN parents AS a ON n.parent = a.key
ORDER BY n.draw, n.place
