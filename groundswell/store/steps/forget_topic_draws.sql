-- All that a topic had in this table.
DELETE FROM draws WHERE topic = $topic;
