-- What had to be cut out of a file is out.
DELETE FROM raw_erasures WHERE file_no = $file_no;
