-- A start of the job was refused while this run goes on.
UPDATE job_runs SET refused = refused + 1, refused_at = $at WHERE run = $run
