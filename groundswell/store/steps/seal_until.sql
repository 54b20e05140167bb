-- Posts below $until are sealed.
UPDATE counters SET next = $until WHERE name = 'sealed';
