-- Which arguments are made on either side of a target. Times are UTC.

-- One row per narrative, as the posts of the topic that take a side towards the target were last
-- read for it. Replaced as a whole, target by target; gone when its last post goes.
CREATE TABLE narratives (
    topic VARCHAR NOT NULL,
    target VARCHAR NOT NULL,
    narrative VARCHAR NOT NULL,       -- its id: the same as long as most of its posts stay together
    side VARCHAR NOT NULL,            -- against, favor
    terms VARCHAR[] NOT NULL,         -- used by five accounts or more; empty: it has no name
    counter VARCHAR,                  -- id of the strongest narrative of the other side about the same
    nearness DOUBLE,                  -- of the two, 0 to 1
    merged VARCHAR[] NOT NULL,        -- ids that went into this one at that reading
    split_from VARCHAR,               -- id that this one came out of at that reading
    found_at TIMESTAMPTZ NOT NULL     -- when its id was given
);

-- One row per post of a narrative; a post is in one at most for each target. Who goes, is hidden or
-- edited leaves at once; whose stance changes is not counted any more.
CREATE TABLE narrative_posts (
    topic VARCHAR NOT NULL,
    target VARCHAR NOT NULL,
    narrative VARCHAR NOT NULL,
    post_no BIGINT NOT NULL,
    closeness DOUBLE                  -- to its middle, -1 to 1; NULL: copy of a post that has one
);

-- One row per topic and target whose posts were ever read for narratives.
CREATE TABLE narratings (
    topic VARCHAR NOT NULL,
    target VARCHAR NOT NULL,
    read_at TIMESTAMPTZ NOT NULL,     -- before the texts were read: an older reading changes nothing
    posts INTEGER NOT NULL,           -- that were read
    stated INTEGER NOT NULL,          -- that took a side then
    version VARCHAR NOT NULL,         -- of the model that says what is alike; "words" without one
    fingerprint VARCHAR               -- of all that took a side; another one means: read anew
);

-- Grain: one row per topic, target and post of a narrative that still stands on its side.
CREATE VIEW narrated AS
SELECT
    m.topic,
    m.target,
    m.narrative,
    m.post_no,
    m.closeness,
    s.author_no,
    s.posted_at
FROM narrative_posts AS m
INNER JOIN narratives AS n
    ON m.topic = n.topic AND m.target = n.target AND m.narrative = n.narrative
INNER JOIN stances AS s
    ON m.post_no = s.post_no AND m.topic = s.topic AND m.target = s.target AND n.side = s.stance;
