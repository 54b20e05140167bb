-- What was told of the narratives about one target.
DELETE FROM narratives WHERE topic = $topic AND target = $target;
