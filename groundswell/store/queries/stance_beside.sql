-- Grain: one row per bin with posts that speak of $target and that the model also finds against another
-- target of the topic. bin: how many times $width_us since the year 1, a Monday.
WITH {spoken}

SELECT
    (epoch_us(posted_at) + 62135596800000000) // $width_us AS bin,
    count(*)::BIGINT AS beside_posts,
    count(*) FILTER (WHERE stance = 'against')::BIGINT AS beside_against,
    count(*) FILTER (WHERE stance = 'favor')::BIGINT AS beside_favor
FROM spoken
WHERE
    post_no IN ({against_others})
GROUP BY bin
