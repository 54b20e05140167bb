-- All that a topic had in this table.
DELETE FROM coverage WHERE topic = $topic;
