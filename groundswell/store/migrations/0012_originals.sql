-- Which posts say first what they say.

ALTER TABLE facts ADD COLUMN repost BOOLEAN;  -- its text says that it passes on another's: RT @…

UPDATE facts AS f
SET repost = starts_with(p.text, 'RT @')
FROM posts AS p
WHERE f.post_no = p.post_no;

-- Grain: one row or two per topic and post of it that is no original. Decided here alone, and over the
-- whole topic: a post whose group has an earlier one, and a repost. Whoever is in no group of copies
-- is an original, also before its text was compared and after it was withheld.
CREATE VIEW repeats AS
SELECT topic, post_no FROM copies WHERE group_no <> post_no
UNION ALL
SELECT topic, post_no FROM facts WHERE repost;
