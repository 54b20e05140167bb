-- Gives accounts not met before a number. Withheld posts name nobody.
INSERT INTO authors
SELECT
    (SELECT next FROM counters WHERE name = 'author') + row_number() OVER (ORDER BY met.key) - 1,
    met.key
FROM (
    SELECT DISTINCT account_key AS key
    FROM incoming
    WHERE withheld IS NULL AND account_key IS NOT NULL
) AS met
ANTI JOIN authors AS a ON met.key = a.key;
