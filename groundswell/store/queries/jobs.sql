-- Grain: one row per job, by name. Times UTC; every_s in seconds.
SELECT job, kind, topic, sources, every_s, cron, zone, enabled, created_at
FROM jobs
ORDER BY job
