-- Grain: one row per narrative about the target with chosen posts, the largest of each side first.
-- Unit: posts, copies too; distinct known authors. side_posts: all chosen posts of its side. recent:
-- of the last period_h hours before the last chosen post about the target, before: of as many hours
-- before that; a day, or a week when the chosen posts lie more than two weeks apart. Times UTC.
WITH {spoken},

span AS (
    SELECT
        max(posted_at) AS until_at,
        CASE WHEN max(posted_at) - min(posted_at) > INTERVAL 14 DAY THEN 168 ELSE 24 END AS period_h
    FROM spoken
),

sides AS (
    SELECT stance AS side, count(*) AS side_posts FROM spoken GROUP BY stance
),

counted AS (
    SELECT
        d.narrative,
        count(*) AS posts,
        count(DISTINCT d.author_no) AS authors,
        min(d.posted_at) AS first_at,
        max(d.posted_at) AS last_at,
        count(*) FILTER (WHERE d.posted_at > s.until_at - to_hours(s.period_h)) AS recent,
        count(*) FILTER (
            WHERE
            d.posted_at <= s.until_at - to_hours(s.period_h)
            AND d.posted_at > s.until_at - to_hours(2 * s.period_h)
        ) AS before,
        any_value(s.period_h) AS period_h,
        arg_max(d.post_no, (coalesce(d.closeness, -2), -d.post_no)) AS typical_no
    FROM narrated AS d
    INNER JOIN spoken AS c ON d.post_no = c.post_no
    CROSS JOIN span AS s
    WHERE d.topic = $topic AND d.target = $target
    GROUP BY d.narrative
)

SELECT
    n.narrative,
    n.side,
    n.terms,
    c.posts,
    c.authors,
    z.side_posts,
    c.first_at,
    c.last_at,
    c.recent,
    c.before,
    c.period_h,
    p.text AS typical,
    n.counter,
    n.nearness,
    n.merged,
    n.split_from,
    n.found_at
FROM counted AS c
INNER JOIN narratives AS n
    ON c.narrative = n.narrative AND n.topic = $topic AND n.target = $target
INNER JOIN sides AS z ON n.side = z.side
INNER JOIN posts AS p ON c.typical_no = p.post_no
ORDER BY n.side, c.posts DESC, n.narrative;
