-- Of one narrative of the topic; no two targets share an id.
post_no IN (SELECT post_no FROM narrated WHERE topic = $topic AND narrative = $narrative)
