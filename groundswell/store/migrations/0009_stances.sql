-- What posts say of the topic's targets, which model a reading comes from, and irony.

-- The targets of a topic, in its own order, as the batch that was written last told them.
CREATE TABLE targets (
    topic VARCHAR NOT NULL,
    names VARCHAR[] NOT NULL,
    told_at TIMESTAMPTZ NOT NULL
);

-- The narrow copy that charts of stance read: one row per topic, target and post that speaks of it.
-- A post has rows here only while it has one in facts.
CREATE TABLE stances (
    topic VARCHAR NOT NULL,
    target VARCHAR NOT NULL,
    post_no BIGINT NOT NULL,
    source VARCHAR NOT NULL,
    lang VARCHAR NOT NULL,
    author_no INTEGER,
    posted_at TIMESTAMPTZ NOT NULL,
    sentiment VARCHAR NOT NULL,       -- of the whole message, as in facts
    stance VARCHAR NOT NULL,          -- against, none, favor, not_scored
    confidence DOUBLE,                -- 0 to 1
    reader INTEGER NOT NULL           -- models.rank of the version that says so
);

ALTER TABLE facts ADD COLUMN irony DOUBLE;    -- probability; NULL: not scored
ALTER TABLE facts ADD COLUMN reader INTEGER;  -- models.rank of the version that gave the sentiment

-- Grain: one row per model version met. The higher its place, the rather it is shown: a model of the
-- user's own before ours, ours before VADER, an encoder before the linear model that stands in for it
-- where none can run, and then what was met last.
CREATE VIEW standings AS
SELECT
    model,
    version,
    rank,
    CASE model WHEN 'hub' THEN 4000000000 WHEN 'lite' THEN 2000000000 ELSE 0 END
    + CASE WHEN ends_with(version, '-linear') THEN 0 ELSE 1000000000 END
    + rank AS place
FROM models;

-- Grain: one row per scored post. Which model and version a chart shows is decided here and in
-- stance_readings alone. A version is taken as it is: where it does not score a text there is no
-- value, not that of an older one. compound: VADER's, -1 to 1. irony: probability.
CREATE OR REPLACE VIEW readings AS
SELECT
    post_no,
    plain.value AS compound,
    shown.label AS sentiment,
    ironic.value AS irony,
    shown.reader AS reader
FROM (
    SELECT
        s.post_no,
        arg_max({'value': s.value}, t.place) FILTER (WHERE s.model = 'vader') AS plain,
        arg_max({'label': s.label, 'reader': t.rank}, t.place)
            FILTER (WHERE s.model IN ('hub', 'lite', 'vader')) AS shown,
        arg_max({'value': s.value}, t.place) FILTER (WHERE s.model = 'lite-irony') AS ironic
    FROM scores AS s
    INNER JOIN standings AS t ON s.model = t.model AND s.version = t.version
    WHERE s.target IS NULL
    GROUP BY s.post_no
);

-- Grain: one row per post and target that some version read it towards.
CREATE VIEW stance_readings AS
SELECT
    post_no,
    target,
    shown.label AS stance,
    shown.confidence AS confidence,
    shown.reader AS reader
FROM (
    SELECT
        s.post_no,
        s.target,
        arg_max({'label': s.label, 'confidence': s.confidence, 'reader': t.rank}, t.place) AS shown
    FROM scores AS s
    INNER JOIN standings AS t ON s.model = t.model AND s.version = t.version
    WHERE s.target IS NOT NULL AND s.model IN ('hub', 'lite')
    GROUP BY s.post_no, s.target
);

UPDATE facts AS f
SET reader = r.reader
FROM readings AS r
WHERE f.post_no = r.post_no;
