-- What reading an item in quarantine again needs beside the item; NULL for items set aside before this.

ALTER TABLE quarantine ADD COLUMN route VARCHAR;      -- of the run that met it first
ALTER TABLE quarantine ADD COLUMN instance VARCHAR;
ALTER TABLE quarantine ADD COLUMN context VARCHAR;    -- JSON of the source's own
ALTER TABLE quarantine ADD COLUMN tried_at TIMESTAMPTZ;  -- when it was read again last
