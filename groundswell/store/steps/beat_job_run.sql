-- A run says that it is still alive.
UPDATE job_runs SET heartbeat_at = $at WHERE run = $run
