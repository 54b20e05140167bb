-- With a keyword and a target: both.
post_no IN (SELECT post_no FROM hits)
AND {towards}
