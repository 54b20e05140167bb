-- Grain: one row per post of the topic that passes the filters; times UTC, half-open.
chosen AS (
    SELECT
        post_no,
        source,
        lang,
        author_no,
        posted_at,
        compound,
        sentiment,
        irony,
        loudness,
        skewed,
        withheld
    FROM facts
    WHERE
        topic = $topic
        AND ($since::TIMESTAMPTZ IS NULL OR posted_at >= $since::TIMESTAMPTZ)
        AND ($until::TIMESTAMPTZ IS NULL OR posted_at < $until::TIMESTAMPTZ)
        AND ($sources::VARCHAR[] IS NULL OR list_contains($sources::VARCHAR[], source))
        AND ($langs::VARCHAR[] IS NULL OR list_contains($langs::VARCHAR[], lang))
        AND ($sentiments::VARCHAR[] IS NULL OR list_contains($sentiments::VARCHAR[], sentiment))
        AND {among}
        AND {whose}
        AND {argued}
        AND {first}
)
