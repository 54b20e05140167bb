-- Grain: one row per run of a job, latest first. Times UTC; ended_at NULL while it runs.
SELECT
    run, job, started_at, heartbeat_at, ended_at, exit_code, outcome, pid,
    refused, refused_at
FROM job_runs
WHERE $job::VARCHAR IS NULL OR job = $job::VARCHAR
ORDER BY started_at DESC, run DESC
LIMIT $limit
