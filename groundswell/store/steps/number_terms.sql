-- Moves the counter past the numbers that met_terms gave.
UPDATE counters
SET next = (SELECT greatest(next, coalesce(max(term_no), 0) + 1) FROM terms)
WHERE name = 'term';
