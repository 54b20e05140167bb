-- All that a topic had in this table.
DELETE FROM narratives WHERE topic = $topic;
