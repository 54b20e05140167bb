-- Grain: one row per chosen post: the number of its account, 0 where that is not known.
WITH {chosen}

SELECT coalesce(author_no, 0) AS author_no FROM chosen;
