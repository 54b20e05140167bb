-- Grain: one row per stored post that loses a quotation.
CREATE OR REPLACE TEMP TABLE touched AS
SELECT DISTINCT u.post_no, p.key, p.source, p.uri, p.author
FROM unquoted AS u
INNER JOIN posts AS p ON u.post_no = p.post_no;
