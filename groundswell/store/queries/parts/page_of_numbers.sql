-- Grain: one row per chosen post of $post_nos, in their order.
page AS MATERIALIZED (
    SELECT post_no, compound, sentiment, irony, list_position($post_nos::BIGINT[], post_no) AS place
    FROM chosen
    WHERE list_contains($post_nos::BIGINT[], post_no)
)
