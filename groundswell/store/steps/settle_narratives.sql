-- After posts left narratives: those without any have ended.
DELETE FROM narratives
WHERE (topic, target, narrative) NOT IN (
    SELECT (topic, target, narrative) FROM narrative_posts
);
