-- Takes the next number of a counter.
UPDATE counters SET next = next + 1 WHERE name = $name RETURNING next - 1;
