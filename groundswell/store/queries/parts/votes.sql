-- Grain: one row per post that anybody labelled towards the target and that is shown. truth: the label
-- with more votes than every other; NULL: labellers differ, or all skipped it. votes: without skips.
votes AS (
    SELECT
        post_no,
        CASE WHEN count(*) FILTER (WHERE times = most AND times > 0) = 1 THEN arg_max(label, times) END
            AS truth,
        sum(times)::BIGINT AS votes
    FROM (
        SELECT
            post_no,
            label,
            count(*) FILTER (WHERE label <> 'skip') AS times,
            max(count(*) FILTER (WHERE label <> 'skip')) OVER (PARTITION BY post_no) AS most
        FROM labels
        WHERE
            topic = $topic
            AND target = $target
            AND post_no IN (SELECT post_no FROM facts WHERE topic = $topic)
        GROUP BY post_no, label
    )
    GROUP BY post_no
)
