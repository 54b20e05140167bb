-- Notes that items in quarantine were read again: $reason NULL where they passed. Of those that passed
-- nothing of the item is kept here: it is stored as a post, or was not wanted.
UPDATE quarantine AS q
SET
    tries = q.tries + 1,
    tried_at = $at,
    state = CASE WHEN n.reason IS NULL THEN 'passed' ELSE 'waiting' END,
    reason = coalesce(n.reason, q.reason),
    raw = CASE WHEN n.reason IS NULL THEN ''::BLOB ELSE q.raw END,
    url = CASE WHEN n.reason IS NULL THEN NULL ELSE q.url END,
    place = CASE WHEN n.reason IS NULL THEN NULL ELSE q.place END,
    context = CASE WHEN n.reason IS NULL THEN NULL ELSE q.context END
FROM (SELECT unnest($ids::VARCHAR[]) AS id, unnest($reasons::VARCHAR[]) AS reason) AS n
WHERE q.id = n.id AND q.state = 'waiting';
