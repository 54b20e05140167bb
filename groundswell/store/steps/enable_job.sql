UPDATE jobs SET enabled = $enabled WHERE job = $job
