-- After posts left groups of copies or were dated anew: who is alone has no group any more, and the
-- first that is left leads.
DELETE FROM copies
WHERE (topic, group_no) IN (
    SELECT (topic, group_no)
    FROM copies
    WHERE (topic, group_no) IN (SELECT (topic, group_no) FROM shaken)
    GROUP BY topic, group_no
    HAVING count(*) = 1
);

UPDATE copies AS c
SET group_no = n.leader
FROM (
    SELECT k.topic, k.group_no, arg_min(k.post_no, (p.posted_at, k.post_no)) AS leader
    FROM copies AS k
    INNER JOIN posts AS p ON k.post_no = p.post_no
    WHERE (k.topic, k.group_no) IN (SELECT (topic, group_no) FROM shaken)
    GROUP BY k.topic, k.group_no
) AS n
WHERE c.topic = n.topic AND c.group_no = n.group_no AND c.group_no <> n.leader;

DROP TABLE shaken;
