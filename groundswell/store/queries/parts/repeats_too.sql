-- Whoever said it first.
TRUE
