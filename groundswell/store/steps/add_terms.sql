-- Gives terms not met before a number.
INSERT INTO terms
SELECT
    (SELECT next FROM counters WHERE name = 'term') + row_number() OVER (ORDER BY t.term) - 1,
    t.term
FROM (
    SELECT DISTINCT unnest(tokens) AS term
    FROM arriving
    WHERE standing IN ('new', 'changed')
) AS t
ANTI JOIN terms AS k ON t.term = k.term;
