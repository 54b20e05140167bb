-- With a keyword and a target: both.
post_no IN (SELECT post_no FROM hits)
AND post_no IN (
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
