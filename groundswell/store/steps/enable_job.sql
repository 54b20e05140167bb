-- Pauses or resumes a job.
UPDATE jobs SET enabled = $enabled WHERE job = $job
