-- Forgets files of raw items whose content lies elsewhere now.
DELETE FROM raw_files WHERE file_no IN (SELECT unnest($old::BIGINT[]));
