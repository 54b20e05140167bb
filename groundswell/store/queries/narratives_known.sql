-- Grain: one row per narrative of the last reading that still has posts. keys: source and uri of each.
SELECT
    n.narrative,
    n.side,
    n.terms,
    list({'source': p.source, 'uri': p.uri} ORDER BY p.post_no) AS keys
FROM narratives AS n
INNER JOIN narrative_posts AS m
    ON n.topic = m.topic AND n.target = m.target AND n.narrative = m.narrative
INNER JOIN posts AS p ON m.post_no = p.post_no
WHERE n.topic = $topic AND n.target = $target
GROUP BY n.narrative, n.side, n.terms
ORDER BY n.narrative;
