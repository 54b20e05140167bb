-- Grain: one row per post drawn that labellers agree on as against, none or favor, and that the model
-- in use reads towards the target. weight: how many posts it stands for, above 0. query, model,
-- version: what it was drawn for. model_now, version_now: what predicted is of. beside: the model finds
-- the post against another target too. Times UTC.
WITH {read_towards},

{votes},

{weights}

SELECT
    p.post_no,
    p.source,
    CASE WHEN nameless(p.labels) THEN masked(p.source, p.uri) ELSE p.uri END AS uri,
    f.author_no,
    f.posted_at,
    v.truth,
    s.predicted,
    w.weight,
    w.query,
    w.model,
    w.version,
    s.model AS model_now,
    s.version AS version_now,
    v.post_no IN ({against_others}) AS beside
FROM votes AS v
INNER JOIN weights AS w ON v.post_no = w.post_no
INNER JOIN read_towards AS s ON v.post_no = s.post_no
INNER JOIN facts AS f ON v.post_no = f.post_no AND f.topic = $topic
INNER JOIN posts AS p ON v.post_no = p.post_no
WHERE v.truth IN ('against', 'none', 'favor')
ORDER BY f.posted_at, p.post_no
