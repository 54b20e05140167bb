-- All that a topic had in this table.
DELETE FROM groupings WHERE topic = $topic;
