-- Keeps which targets a topic has, as told at $told_at.
INSERT INTO targets VALUES ($topic, $names, $told_at);
