-- Grain: one row per run of a job whose end nobody has seen yet. Times UTC.
SELECT
    run, job, started_at, heartbeat_at, ended_at, exit_code, outcome, pid,
    refused, refused_at
FROM job_runs
WHERE ended_at IS NULL
ORDER BY started_at
