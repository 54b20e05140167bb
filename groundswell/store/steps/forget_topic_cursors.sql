-- All that a topic had in this table.
DELETE FROM cursors WHERE topic = $topic;
