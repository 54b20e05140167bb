-- Remembers that a batch is in: a second time it changes nothing.
INSERT INTO batches VALUES (
    $batch_id, $group_no, $source, $topic, $route, $run_id, $seq, $written_at, $absorbed_at,
    $cursor_from, $cursor_to, $pages, $posts, $dropped, $rejected, $complete, $trouble_status,
    $trouble
);
