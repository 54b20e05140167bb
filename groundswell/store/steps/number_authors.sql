-- Moves the counter past the numbers that add_authors gave.
UPDATE counters
SET next = (SELECT greatest(next, coalesce(max(author_no), 0) + 1) FROM authors)
WHERE name = 'author';
