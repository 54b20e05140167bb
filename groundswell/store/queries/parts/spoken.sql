-- Grain: one row per post of the topic that speaks of $target and passes the filters; half-open, UTC.
spoken AS (
    SELECT post_no, source, author_no, posted_at, stance, confidence
    FROM stances
    WHERE
        topic = $topic
        AND target = $target
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
