UPDATE job_runs SET heartbeat_at = $at WHERE run = $run
