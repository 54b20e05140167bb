-- All that a topic had in this table.
DELETE FROM quarantine WHERE topic = $topic;
