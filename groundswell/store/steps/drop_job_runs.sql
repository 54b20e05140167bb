DELETE FROM job_runs WHERE job = $job
