-- One line in the ledger, in the transaction of its migration.
INSERT INTO migrations VALUES ($number, $name, now());
