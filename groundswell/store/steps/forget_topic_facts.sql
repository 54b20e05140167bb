-- All that a topic had in this table.
DELETE FROM facts WHERE topic = $topic;
