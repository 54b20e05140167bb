-- Grain: one row. The first post that is not sealed, and the first number not given out.
SELECT
    (SELECT next FROM counters WHERE name = 'sealed') AS first,
    (SELECT next FROM counters WHERE name = 'post') AS until;
