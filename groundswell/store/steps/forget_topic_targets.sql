-- All that a topic had in this table.
DELETE FROM targets WHERE topic = $topic;
