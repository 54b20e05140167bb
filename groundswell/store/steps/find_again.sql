-- A post that is seen is not missing, as far back as that sighting.
DELETE FROM missing AS m
USING (SELECT key, max(told_at) AS told_at FROM incoming GROUP BY key) AS i
WHERE m.key = i.key AND m.seen_at <= i.told_at;
