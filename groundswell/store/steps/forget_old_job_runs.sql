-- Keeps the latest $most runs of a job.
DELETE FROM job_runs
WHERE job = $job AND run NOT IN (
    SELECT run
    FROM job_runs
    WHERE job = $job
    ORDER BY started_at DESC, run DESC
    LIMIT $most
)
