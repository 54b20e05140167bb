-- Grain: one row per account of $author_nos, as its newest post that is shown calls it. account: its
-- id, NULL where it is not to be named (any of its posts must not be found) or nothing names it; then
-- no name is told either. Names are read of one post each: reading them of all costs ten times more.
WITH newest AS (
    SELECT
        author_no,
        bool_or(nameless(labels)) AS unnamed,
        arg_max(post_no, (posted_at, post_no))
            FILTER (WHERE post_no NOT IN (SELECT post_no FROM hidden)) AS post_no
    FROM posts
    WHERE author_no IN (SELECT unnest($author_nos::INTEGER[]))
    GROUP BY author_no
),

named AS (
    SELECT
        p.author_no,
        p.source,
        coalesce(p.author_id, p.author) AS id,
        p.author,
        p.author_name
    FROM posts AS p
    INNER JOIN authors AS a ON p.author_no = a.author_no
    WHERE
        p.post_no IN (SELECT post_no FROM newest WHERE NOT unnamed)
        AND a.key = md5_number(p.source || chr(31) || coalesce(p.author_id, p.author))
)

SELECT
    n.author_no,
    d.source || ':' || d.id AS account,
    d.source,
    d.author,
    d.author_name,
    n.unnamed
FROM newest AS n
LEFT JOIN named AS d ON n.author_no = d.author_no
ORDER BY n.author_no;
