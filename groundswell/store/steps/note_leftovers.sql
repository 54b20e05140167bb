-- Notes that deleted text may still lie in unused parts of the file; the first time stands.
INSERT INTO leftovers
SELECT now()
WHERE NOT EXISTS (SELECT 1 FROM leftovers) AND EXISTS (SELECT 1 FROM touched);
