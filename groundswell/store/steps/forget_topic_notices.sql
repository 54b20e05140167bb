-- All that a topic had in this table.
DELETE FROM notices WHERE topic = $topic;
