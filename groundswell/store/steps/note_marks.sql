-- Keeps the latest mark of each post and account; of two at one moment the one that hides.
MERGE INTO hidings AS h
USING marked AS n ON h.key = n.key AND h.is_account = n.is_account
WHEN MATCHED AND (n.seen_at > h.seen_at OR (n.seen_at = h.seen_at AND NOT n.lifted))
THEN UPDATE SET reason = n.reason, lifted = n.lifted, seen_at = n.seen_at, noted_at = n.noted_at
WHEN NOT MATCHED
THEN INSERT VALUES (n.key, n.is_account, n.reason, n.lifted, n.seen_at, n.noted_at);
