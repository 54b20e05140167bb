-- Who said it first in the topic.
post_no NOT IN (SELECT post_no FROM repeats WHERE topic = $topic)
