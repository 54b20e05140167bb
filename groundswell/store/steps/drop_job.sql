-- Takes a job out of the schedule.
DELETE FROM jobs WHERE job = $job
