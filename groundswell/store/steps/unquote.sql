-- Takes quoted text that was deleted out of stored posts; parallel lists of post and term that goes.
CREATE OR REPLACE TEMP TABLE unquoted AS
SELECT u.post_no, k.term_no
FROM (SELECT unnest($post_nos::BIGINT[]) AS post_no, unnest($terms::VARCHAR[]) AS term) AS u
LEFT JOIN terms AS k ON u.term = k.term;
