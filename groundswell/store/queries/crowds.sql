-- Grain: one row per way of counting the posts that speak of $target, all of them first. posts: what
-- is counted once each; who is not known is an author of one post. Ways that need the topic's texts
-- compared are left out before they were.
WITH {spoken},

said AS MATERIALIZED (
    SELECT
        s.post_no,
        s.source,
        s.posted_at,
        s.stance,
        coalesce(s.author_no::BIGINT, -s.post_no) AS voice,
        k.group_no
    FROM spoken AS s
    LEFT JOIN copies AS k ON k.topic = $topic AND s.post_no = k.post_no
),

-- Those who said one thing three times or more, at any time in the topic.
repeaters AS (
    SELECT DISTINCT f.author_no
    FROM copies AS k
    INNER JOIN facts AS f ON k.post_no = f.post_no AND f.topic = $topic
    WHERE k.topic = $topic AND f.author_no IS NOT NULL
    GROUP BY k.group_no, f.author_no
    HAVING count(*) >= 3
),

-- Bridges between networks give an account of one a handle on the other that tells the first.
persons AS MATERIALIZED (
    SELECT
        s.post_no,
        s.group_no,
        s.source,
        s.posted_at,
        unnest([
            'handle ' || replace(
                replace(
                    regexp_replace(
                        lower(p.author), '[.@](ap|web|bsky)\.brid\.gy$', ''
                    ),
                    '@', '.'
                ),
                '_', '-'
            ),
            'name ' || nullif(lower(trim(p.author_name)), '')
        ]) AS person
    FROM said AS s
    INNER JOIN posts AS p ON s.post_no = p.post_no
    WHERE s.group_no IS NOT NULL
),

bridged AS (
    SELECT DISTINCT l.post_no
    FROM persons AS l
    INNER JOIN persons AS e
        ON
            l.group_no = e.group_no
            AND l.person = e.person
            AND l.source <> e.source
            AND (e.posted_at, e.post_no) < (l.posted_at, l.post_no)
            AND e.posted_at >= l.posted_at - INTERVAL 24 HOUR
),

firsts AS (
    SELECT arg_min(post_no, (posted_at, post_no)) AS post_no
    FROM said
    WHERE group_no IS NOT NULL
    GROUP BY group_no
),

voices AS MATERIALIZED (
    SELECT
        voice,
        count(*) AS posts,
        count(*) FILTER (WHERE stance = 'against') AS against,
        count(*) FILTER (WHERE stance = 'none') AS none,
        count(*) FILTER (WHERE stance = 'favor') AS favor,
        count(*) FILTER (WHERE stance = 'not_scored') AS not_scored
    FROM said
    GROUP BY voice
),

-- What a way does not count: taken off the sum of all, since it is little.
left_out AS (
    SELECT 'copies_once' AS variant, stance
    FROM said
    WHERE group_no IS NOT NULL AND post_no NOT IN (SELECT post_no FROM firsts)
    UNION ALL
    SELECT 'bridges_joined', stance
    FROM said
    WHERE group_no IS NOT NULL AND post_no IN (SELECT post_no FROM bridged)
),

counted AS (
    SELECT 1 AS place, 'all' AS variant, posts, against, none, favor, not_scored FROM voices
    UNION ALL
    SELECT 3, 'one_vote_each', 1, against / posts, none / posts, favor / posts, not_scored / posts
    FROM voices
    UNION ALL
    SELECT 5, 'without_repeaters', posts, against, none, favor, not_scored
    FROM voices
    WHERE voice NOT IN (SELECT author_no FROM repeaters)
    UNION ALL
    SELECT w.place, w.variant, v.posts, v.against, v.none, v.favor, v.not_scored
    FROM voices AS v
    CROSS JOIN (VALUES (2, 'copies_once'), (4, 'bridges_joined')) AS w (place, variant)
    UNION ALL
    SELECT
        CASE variant WHEN 'copies_once' THEN 2 ELSE 4 END,
        variant,
        -1,
        -(stance = 'against')::INTEGER,
        -(stance = 'none')::INTEGER,
        -(stance = 'favor')::INTEGER,
        -(stance = 'not_scored')::INTEGER
    FROM left_out
)

SELECT
    variant,
    round(sum(posts), 6) AS posts,
    round(sum(against), 6) AS against,
    round(sum(none), 6) AS none,
    round(sum(favor), 6) AS favor,
    round(sum(not_scored), 6) AS not_scored
FROM counted
WHERE place IN (1, 3) OR EXISTS (SELECT 1 FROM groupings WHERE topic = $topic)
GROUP BY place, variant
ORDER BY place;
