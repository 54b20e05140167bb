-- All that a topic had in this table.
DELETE FROM rollup_hour WHERE topic = $topic;
