-- All that a topic had in this table.
DELETE FROM term_totals WHERE topic = $topic;
