-- The place where the next run of a route goes on.
INSERT INTO cursors VALUES ($source, $topic, $route, $cursor, $batch_id, $moved_at);
