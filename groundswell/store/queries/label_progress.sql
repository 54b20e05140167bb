-- Grain: one row. Unit: posts that are shown. drawn: to be labelled; of them agreed on as against,
-- none, favor, unclear or off topic, differing (labellers do not agree), skipped (nobody would say), open (nobody
-- was asked yet). elsewhere: labelled, but not drawn: they say nothing about other posts.
WITH {votes},

asked AS (
    SELECT k.post_no, v.post_no IS NOT NULL AS seen, v.truth, v.votes
    FROM drawn AS k
    INNER JOIN facts AS f ON k.post_no = f.post_no AND f.topic = $topic
    LEFT JOIN votes AS v ON k.post_no = v.post_no
    WHERE
        k.topic = $topic
        AND k.target = $target
        AND k.place IS NOT NULL
        AND (v.post_no IS NOT NULL OR NOT f.withheld)
)

SELECT
    count(*) AS drawn,
    count(*) FILTER (WHERE truth = 'against') AS against,
    count(*) FILTER (WHERE truth = 'none') AS none,
    count(*) FILTER (WHERE truth = 'favor') AS favor,
    count(*) FILTER (WHERE truth = 'unclear') AS unclear,
    count(*) FILTER (WHERE truth = 'off_topic') AS off_topic,
    count(*) FILTER (WHERE seen AND truth IS NULL AND votes > 0) AS differing,
    count(*) FILTER (WHERE seen AND votes = 0) AS skipped,
    count(*) FILTER (WHERE NOT seen) AS open,
    (SELECT count(*) FROM votes WHERE post_no NOT IN (SELECT post_no FROM asked)) AS elsewhere
FROM asked
