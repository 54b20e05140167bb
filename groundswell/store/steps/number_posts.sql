-- Moves the counter past the numbers that arriving took.
UPDATE counters
SET next = greatest(next, (SELECT coalesce(max(post_no), 0) + 1 FROM arriving))
WHERE name = 'post';
