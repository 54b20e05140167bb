-- Forgets the runs of a job.
DELETE FROM job_runs WHERE job = $job
