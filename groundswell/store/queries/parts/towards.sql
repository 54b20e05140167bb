-- With a target: posts that speak of $among_target and stand towards it as $stances say.
post_no IN (
    SELECT post_no
    FROM stances
    WHERE
        topic = $topic
        AND target = $among_target
        AND ($stances::VARCHAR[] IS NULL OR list_contains($stances::VARCHAR[], stance))
)
