-- Grain: one row per hour, source, language and sentiment (several may add up), whole hours only.
SELECT hour, source, lang, sentiment, posts, scored, sum_compound, sum_sq_compound, skewed, withheld
FROM rollup_hour
WHERE
    topic = $topic
    AND ($since::TIMESTAMPTZ IS NULL OR hour >= $since::TIMESTAMPTZ)
    AND ($until::TIMESTAMPTZ IS NULL OR hour < $until::TIMESTAMPTZ)
    AND ($sources::VARCHAR[] IS NULL OR list_contains($sources::VARCHAR[], source))
    AND ($langs::VARCHAR[] IS NULL OR list_contains($langs::VARCHAR[], lang))
    AND ($sentiments::VARCHAR[] IS NULL OR list_contains($sentiments::VARCHAR[], sentiment))
