DELETE FROM jobs WHERE job = $job
