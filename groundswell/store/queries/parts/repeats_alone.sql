-- Who said it again in the topic.
post_no IN (SELECT post_no FROM repeats WHERE topic = $topic)
