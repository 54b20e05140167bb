-- Numbers of the posts that the model finds against another target of the topic.
SELECT post_no FROM stances WHERE topic = $topic AND target <> $target AND stance = 'against'
