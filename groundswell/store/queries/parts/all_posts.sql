-- Without a keyword: all posts of the topic.
TRUE
