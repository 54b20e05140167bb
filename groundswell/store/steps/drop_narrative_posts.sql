-- What was told of the narratives about one target.
DELETE FROM narrative_posts WHERE topic = $topic AND target = $target;
