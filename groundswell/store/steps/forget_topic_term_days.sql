-- All that a topic had in this table.
DELETE FROM term_days WHERE topic = $topic;
