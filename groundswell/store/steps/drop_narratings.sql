-- What was told of the narratives about one target.
DELETE FROM narratings WHERE topic = $topic AND target = $target;
