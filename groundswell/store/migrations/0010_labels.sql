-- Which posts people were asked to label, and what they said of them. Times are UTC.

-- One row per draw: a random sample of the posts that speak of a target. A later one adds to it.
CREATE TABLE draws (
    topic VARCHAR NOT NULL,
    target VARCHAR NOT NULL,
    draw INTEGER NOT NULL,            -- 1, 2, … of the topic and target
    seed VARCHAR NOT NULL,            -- the same posts and seed give the same sample
    drawn_at TIMESTAMPTZ NOT NULL,
    query VARCHAR NOT NULL,           -- id of the topic's query then
    model VARCHAR NOT NULL,           -- whose stance the strata go by
    version VARCHAR NOT NULL,
    posts INTEGER NOT NULL,           -- that spoke of the target then: what the sample is of
    size INTEGER NOT NULL,            -- posts drawn for the first time
    last_post_no BIGINT NOT NULL      -- later posts had no chance
);

-- One row per draw and post it may count: those drawn for the first time, and those of earlier draws,
-- which stand for themselves and their copies then, while the new ones stand for the rest.
CREATE TABLE drawn (
    topic VARCHAR NOT NULL,
    target VARCHAR NOT NULL,
    draw INTEGER NOT NULL,
    post_no BIGINT NOT NULL,
    place INTEGER,                    -- in the order in which posts are shown; NULL: drawn earlier
    phase INTEGER NOT NULL,           -- with source and predicted its stratum; 0, 1, 2 by time
    source VARCHAR NOT NULL,
    predicted VARCHAR NOT NULL,
    inclusion DOUBLE NOT NULL         -- its chance; it stands for 1 / inclusion posts
);

-- One row per post, target and labeller. Labelling once more replaces the row and undoing removes it:
-- what somebody thought first is no measure of anything. An edit of the post removes it too.
CREATE TABLE labels (
    topic VARCHAR NOT NULL,
    target VARCHAR NOT NULL,
    post_no BIGINT NOT NULL,
    labeller VARCHAR NOT NULL,
    label VARCHAR NOT NULL,           -- against, none, favor, unclear, off_topic; skip: would not say
    labelled_at TIMESTAMPTZ NOT NULL,
    took_s DOUBLE                     -- seconds of looking at the post; NULL: not known
);
