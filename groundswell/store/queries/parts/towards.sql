-- With a target: posts that speak of $among_target, stand towards it as $stances say,
-- and argue as $narrative does.
post_no IN (
    SELECT post_no
    FROM stances
    WHERE
        topic = $topic
        AND target = $among_target
        AND ($stances::VARCHAR[] IS NULL OR list_contains($stances::VARCHAR[], stance))
)
AND (
    $narrative::VARCHAR IS NULL
    OR post_no IN (
        SELECT post_no
        FROM narrated
        WHERE topic = $topic AND target = $among_target AND narrative = $narrative::VARCHAR
    )
)
