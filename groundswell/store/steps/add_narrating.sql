-- When and over what the narratives about a target were read.
INSERT INTO narratings
VALUES ($topic, $target, $read_at, $posts, $stated, $version, $fingerprint);
