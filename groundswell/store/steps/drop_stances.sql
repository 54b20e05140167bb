-- What posts say of targets that the topic has no longer ($gone).
DELETE FROM stances WHERE topic = $topic AND list_contains($gone::VARCHAR[], target);
