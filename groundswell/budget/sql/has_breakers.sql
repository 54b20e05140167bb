-- One row when the table of breakers is there.
SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'breakers';
