-- Grain: one row per post of $post_nos that passes the filters.
WITH {chosen}

SELECT post_no
FROM chosen
WHERE list_contains($post_nos::BIGINT[], post_no)
