-- Whoever wrote them.
TRUE
