-- All that a topic had in this table.
DELETE FROM removed_hour WHERE topic = $topic;
