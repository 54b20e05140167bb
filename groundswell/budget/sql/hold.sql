-- Holds one name back; a later moment that another process noted stands.
INSERT INTO holds (name, until) VALUES (:name, :until)
ON CONFLICT (name) DO UPDATE SET until = max(until, excluded.until);
