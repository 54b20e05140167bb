-- Adds a job to the schedule.
INSERT INTO jobs
VALUES ($job, $kind, $topic, $sources, $every_s, $cron, $zone, $enabled, $created_at)
