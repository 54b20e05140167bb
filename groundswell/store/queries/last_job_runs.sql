-- Grain: one row per job that was ever started: its latest run. Times UTC.
SELECT
    run, job, started_at, heartbeat_at, ended_at, exit_code, outcome, pid,
    refused, refused_at
FROM job_runs
QUALIFY row_number() OVER (PARTITION BY job ORDER BY started_at DESC, run DESC) = 1
ORDER BY job
