-- Requests in a row that failed for good, by host as one source asks it. Made when it is first needed:
-- the file may be older than this.
CREATE TABLE IF NOT EXISTS breakers (
    name TEXT NOT NULL PRIMARY KEY,
    failures INTEGER NOT NULL CHECK (failures > 0),
    until INTEGER NOT NULL -- not asked before this; microseconds since 1970 UTC, 0 for now
) STRICT;
