-- With a keyword: posts in the temporary table hits.
post_no IN (SELECT post_no FROM hits)
