-- Grain: one row per way of counting the posts that speak of $target, all of them first. posts: what
-- is counted once each; authors: who stands behind that, who is not known being an author of one
-- post. Ways that need the topic's texts compared are left out before they were.
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

busy AS (
    SELECT voice, count(*) AS posts FROM said GROUP BY voice
),

weighed AS (
    SELECT 1 AS place, 'all' AS variant, voice, stance, 1.0::DOUBLE AS weight FROM said
    UNION ALL
    SELECT 2, 'copies_once', voice, stance, 1
    FROM said
    WHERE group_no IS NULL OR post_no IN (SELECT post_no FROM firsts)
    UNION ALL
    SELECT 3, 'one_vote_each', s.voice, s.stance, 1 / b.posts
    FROM said AS s
    INNER JOIN busy AS b ON s.voice = b.voice
    UNION ALL
    SELECT 4, 'bridges_joined', voice, stance, 1
    FROM said
    WHERE post_no NOT IN (SELECT post_no FROM bridged)
    UNION ALL
    SELECT 5, 'without_repeaters', voice, stance, 1
    FROM said
    WHERE voice NOT IN (SELECT author_no FROM repeaters)
)

SELECT
    variant,
    round(sum(weight), 6) AS posts,
    count(DISTINCT voice) AS authors,
    round(coalesce(sum(weight) FILTER (WHERE stance = 'against'), 0), 6) AS against,
    round(coalesce(sum(weight) FILTER (WHERE stance = 'none'), 0), 6) AS none,
    round(coalesce(sum(weight) FILTER (WHERE stance = 'favor'), 0), 6) AS favor,
    round(coalesce(sum(weight) FILTER (WHERE stance = 'not_scored'), 0), 6) AS not_scored
FROM weighed
WHERE place IN (1, 3) OR EXISTS (SELECT 1 FROM groupings WHERE topic = $topic)
GROUP BY place, variant
ORDER BY place;
