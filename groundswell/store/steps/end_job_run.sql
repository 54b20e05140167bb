-- How a run ended.
UPDATE job_runs
SET ended_at = $at, exit_code = $exit_code, outcome = $outcome
WHERE run = $run
