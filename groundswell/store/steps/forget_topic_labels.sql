-- All that a topic had in this table.
DELETE FROM labels WHERE topic = $topic;
