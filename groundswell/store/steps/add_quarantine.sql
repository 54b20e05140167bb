-- Keeps an item that could not become a post; the same item again counts one more try, and waits again
-- if it had passed.
MERGE INTO quarantine AS q
USING (SELECT $id AS id, $seen_at::TIMESTAMPTZ AS seen_at) AS n ON q.id = n.id
WHEN MATCHED THEN UPDATE SET
    tries = q.tries + 1,
    seen_at = greatest(q.seen_at, n.seen_at),
    state = 'waiting',
    reason = $reason,
    raw = $raw,
    url = $url,
    place = $place,
    instance = $instance,
    context = $context
WHEN NOT MATCHED THEN INSERT VALUES (
    n.id, $source, $topic, $run_id, $stage, $reason, $field_name, $url, $place, $raw, n.seen_at, 1,
    'waiting', $route, $instance, $context, NULL
);
