-- All that a topic had in this table.
DELETE FROM narrative_posts WHERE topic = $topic;
