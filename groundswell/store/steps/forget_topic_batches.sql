-- All that a topic had in this table.
DELETE FROM batches WHERE topic = $topic;
