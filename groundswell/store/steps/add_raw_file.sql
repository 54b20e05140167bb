-- Registers a file of raw items.
INSERT INTO raw_files VALUES ($file_no, $items, $bytes);
