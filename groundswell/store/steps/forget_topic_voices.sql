-- All that a topic had in this table.
DELETE FROM voices WHERE topic = $topic;
