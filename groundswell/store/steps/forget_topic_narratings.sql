-- All that a topic had in this table.
DELETE FROM narratings WHERE topic = $topic;
