-- Grain: one row. The highest number given to an account.
SELECT next - 1 AS last_author FROM counters WHERE name = 'author';
