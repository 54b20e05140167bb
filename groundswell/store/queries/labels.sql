-- Grain: one row per label given towards the target to a post that is shown.
-- weight: how many posts a drawn one stands for, NULL: it was not drawn. Withheld posts have no text.
-- Times UTC.
WITH {weights}

SELECT
    p.source,
    CASE WHEN nameless(p.labels) THEN masked(p.source, p.uri) ELSE p.uri END AS uri,
    l.target,
    l.labeller,
    l.label,
    l.labelled_at AS time,
    l.took_s,
    w.weight,
    w.query,
    w.model,
    w.version,
    CASE WHEN p.withheld IS NULL THEN p.text END AS text
FROM labels AS l
INNER JOIN facts AS f ON l.post_no = f.post_no AND f.topic = $topic
INNER JOIN posts AS p ON l.post_no = p.post_no
LEFT JOIN weights AS w ON l.post_no = w.post_no
WHERE l.topic = $topic AND l.target = $target
ORDER BY l.labelled_at, p.post_no, l.labeller
