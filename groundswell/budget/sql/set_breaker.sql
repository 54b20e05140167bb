-- Notes how many requests of one name failed in a row, and until when it is left alone.
INSERT INTO breakers (name, failures, until) VALUES (:name, :failures, :until)
ON CONFLICT (name) DO UPDATE SET failures = excluded.failures, until = excluded.until;
