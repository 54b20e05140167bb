-- A sentence for people.
INSERT INTO notices VALUES ($at, $source, $topic, $route, $kind, $message);
