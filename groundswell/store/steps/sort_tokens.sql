-- Brings the tokens of posts from the number 'sorted' on into the order of search: small batches
-- left them in small runs, and a search would have to look into each.
CREATE OR REPLACE TEMP TABLE unsorted AS
SELECT term_no, day, post_no
FROM tokens
WHERE post_no >= (SELECT next FROM counters WHERE name = 'sorted');

DELETE FROM tokens WHERE post_no >= (SELECT next FROM counters WHERE name = 'sorted');
INSERT INTO tokens SELECT term_no, day, post_no FROM unsorted ORDER BY term_no, post_no;

UPDATE counters
SET next = (SELECT next FROM counters WHERE name = 'post')
WHERE name = 'sorted';
