-- Grain: one row. stated: posts of the topic that take a side towards the target. A fingerprint is
-- another one as soon as one of them came, went, was edited, dated anew or changed sides, its copies
-- were grouped anew, or the model is another; now: as they are (NULL: none), read: at the last reading.
SELECT
    n.stated,
    CASE
        WHEN n.stated > 0
            THEN concat_ws('.', n.sums, $version::VARCHAR, (SELECT fingerprint FROM groupings WHERE topic = $topic))
    END AS now,
    g.fingerprint AS read
FROM (
    SELECT
        count(*) AS stated,
        count(*) || '.' || sum(s.post_no) || '.' || sum(s.post_no) FILTER (WHERE s.stance = 'against')
        || '.' || sum(epoch_us(p.seen_at)) || '.' || sum(epoch_us(s.posted_at)) AS sums
    FROM stances AS s
    INNER JOIN posts AS p ON s.post_no = p.post_no
    WHERE s.topic = $topic AND s.target = $target AND s.stance IN ('against', 'favor')
) AS n
LEFT JOIN narratings AS g ON g.topic = $topic AND g.target = $target;
