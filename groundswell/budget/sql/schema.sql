-- What was spent of each budget and until when each host must not be asked. Amounts are whole
-- units, or millionths of a dollar; times are microseconds since 1970 UTC.
PRAGMA application_id = 1196577620;
PRAGMA user_version = 1;

CREATE TABLE spending (
    budget TEXT NOT NULL,
    since TEXT NOT NULL, -- when the period began, UTC, ISO 8601; 'ever' for a budget without one
    spent INTEGER NOT NULL CHECK (spent >= 0),
    PRIMARY KEY (budget, since)
) STRICT;

CREATE TABLE holds (
    name TEXT NOT NULL PRIMARY KEY,
    until INTEGER NOT NULL
) STRICT;
