-- What reading a window took, and what of it could not be read; 0 for windows read before this was counted.

ALTER TABLE coverage ADD COLUMN pages INTEGER DEFAULT 0;
ALTER TABLE coverage ADD COLUMN rejected INTEGER DEFAULT 0;   -- items in quarantine
ALTER TABLE coverage ADD COLUMN requests INTEGER DEFAULT 0;   -- every try counts
