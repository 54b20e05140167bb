-- Items in quarantine are kept no longer than posts; parallel lists $sources and $cutoffs.
DELETE FROM quarantine AS q
USING (
    SELECT unnest($sources::VARCHAR[]) AS source, unnest($cutoffs::TIMESTAMPTZ[]) AS cutoff
) AS k
WHERE q.source = k.source AND q.seen_at < k.cutoff
RETURNING q.id;
