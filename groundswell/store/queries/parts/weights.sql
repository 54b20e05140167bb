-- Grain: one row per post drawn that is shown. weight: how many posts it stands for, over all draws for
-- the topic's query of the latest: each draw counts by its size where several cover a post. query,
-- model, version: of the latest draw that counts the post. Times UTC.
latest AS (
    SELECT draw, size, query, model, version, last_post_no
    FROM draws
    WHERE
        topic = $topic
        AND target = $target
        AND query = (
            SELECT arg_max(query, draw) FROM draws WHERE topic = $topic AND target = $target
        )
),

counted AS (
    SELECT k.post_no, k.draw, k.phase, k.inclusion, d.size, d.query, d.model, d.version
    FROM drawn AS k
    INNER JOIN latest AS d ON k.draw = d.draw
    WHERE
        k.topic = $topic
        AND k.target = $target
        AND k.post_no IN (SELECT post_no FROM facts WHERE topic = $topic)
),

covering AS (
    SELECT c.post_no, sum(d.size) AS size
    FROM (SELECT DISTINCT post_no FROM counted) AS c
    INNER JOIN latest AS d ON c.post_no <= d.last_post_no
    GROUP BY c.post_no
),

weights AS (
    SELECT
        c.post_no,
        sum(c.size / c.inclusion) / any_value(v.size) AS weight,
        arg_max(c.query, c.draw) AS query,
        arg_max(c.model, c.draw) AS model,
        arg_max(c.version, c.draw) AS version
    FROM counted AS c
    INNER JOIN covering AS v ON c.post_no = v.post_no
    GROUP BY c.post_no
)
