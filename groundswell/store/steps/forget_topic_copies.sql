-- All that a topic had in this table.
DELETE FROM copies WHERE topic = $topic;
