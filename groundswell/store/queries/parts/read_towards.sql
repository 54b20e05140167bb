-- Grain: one row per post of the topic that is shown and speaks of the target, as charts read it.
read_towards AS (
    SELECT s.post_no, s.stance AS predicted, m.model, m.version
    FROM stances AS s
    INNER JOIN models AS m ON s.reader = m.rank
    WHERE s.topic = $topic AND s.target = $target
)
