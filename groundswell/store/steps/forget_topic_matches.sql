-- All that a topic had in this table.
DELETE FROM matches WHERE topic = $topic;
