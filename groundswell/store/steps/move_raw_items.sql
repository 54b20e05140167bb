-- What lay in the files $old lies in $new now.
UPDATE raw_items SET file_no = $new WHERE file_no IN (SELECT unnest($old::BIGINT[]));
