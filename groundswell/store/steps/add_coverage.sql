-- Puts merged windows of one instance in; parallel lists.
INSERT INTO coverage
SELECT
    $source,
    $instance,
    $topic,
    $route,
    unnest($starts::TIMESTAMPTZ[]),
    unnest($ends::TIMESTAMPTZ[]),
    unnest($statuses::VARCHAR[]),
    unnest($reasons::VARCHAR[]),
    unnest($found::INTEGER[]),
    unnest($dropped::INTEGER[]),
    unnest($pages::INTEGER[]),
    unnest($rejected::INTEGER[]),
    unnest($requests::INTEGER[]);
