-- Grain: one row per facet (source, lang, sentiment) and value. Unit: posts; most frequent first.
WITH {cells}

SELECT
    CASE
        WHEN grouping(source) = 0 THEN 'source'
        WHEN grouping(lang) = 0 THEN 'lang'
        ELSE 'sentiment'
    END AS facet,
    coalesce(source, lang, sentiment) AS value,
    sum(posts)::BIGINT AS posts
FROM cells
GROUP BY GROUPING SETS ((source), (lang), (sentiment))
HAVING sum(posts) > 0
ORDER BY facet, posts DESC, value;
