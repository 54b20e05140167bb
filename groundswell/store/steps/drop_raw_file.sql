-- Forgets a file of raw items that holds none any more.
DELETE FROM raw_files WHERE file_no = $file_no;
