-- A job was started.
INSERT INTO job_runs
VALUES ($run, $job, $started_at, $started_at, NULL, NULL, NULL, $pid, 0, NULL)
