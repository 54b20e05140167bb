-- Grain: one row, or none. Where the next run of a route goes on.
SELECT cursor FROM cursors WHERE source = $source AND topic = $topic AND route = $route;
