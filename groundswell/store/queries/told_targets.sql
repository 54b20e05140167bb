-- Grain: one row per topic of $topics that was told which targets it has. UTC.
SELECT topic, names, told_at FROM targets WHERE list_contains($topics::VARCHAR[], topic);
