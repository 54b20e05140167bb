-- When and over what the copies of a topic were grouped.
INSERT INTO groupings VALUES ($topic, $read_at, $posts, $fingerprint);
