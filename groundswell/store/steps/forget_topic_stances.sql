-- All that a topic had in this table.
DELETE FROM stances WHERE topic = $topic;
