-- All that a topic had in this table.
DELETE FROM drawn WHERE topic = $topic;
