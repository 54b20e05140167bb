-- The old place of a route, before its new one is written.
DELETE FROM cursors WHERE source = $source AND topic = $topic AND route = $route;
