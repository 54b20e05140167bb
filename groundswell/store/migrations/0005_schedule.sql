-- What shall run and when, and what came of it. Times are UTC.

-- One row per job. This table is the truth: whoever runs the schedule reads it anew each turn.
CREATE TABLE jobs (
    job VARCHAR NOT NULL,             -- its name: topic and sources, or 'stream'
    kind VARCHAR NOT NULL,            -- collect, refresh or stream
    topic VARCHAR,                    -- NULL: of the stream, which follows all topics
    sources VARCHAR[] NOT NULL,       -- empty: all that the topic names
    every_s BIGINT,                   -- interval in seconds; NULL where a cron line says when
    cron VARCHAR,                     -- five fields, on the wall clocks of zone
    zone VARCHAR,                     -- IANA; NULL without a cron line
    enabled BOOLEAN NOT NULL,         -- false: paused
    created_at TIMESTAMPTZ NOT NULL
);

-- One row per start of a job.
CREATE TABLE job_runs (
    run VARCHAR NOT NULL,             -- random
    job VARCHAR NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    heartbeat_at TIMESTAMPTZ NOT NULL,  -- when it last gave a sign of life
    ended_at TIMESTAMPTZ,             -- NULL: it runs, or nobody saw its end
    exit_code INTEGER,                -- below 0: ended by that signal; NULL: not known
    outcome VARCHAR,                  -- the last it said, for people
    pid INTEGER NOT NULL,
    refused INTEGER NOT NULL,         -- starts that were due while it ran: refused, not queued
    refused_at TIMESTAMPTZ            -- the last of them
);
