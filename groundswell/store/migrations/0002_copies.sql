-- Which posts of a topic say nearly the same.

-- One row per post of a group of two or more; a post that stands alone has none. Replaced as a whole,
-- topic by topic, when new posts came; a post that goes or is edited leaves its group at once.
CREATE TABLE copies (
    topic VARCHAR NOT NULL,
    post_no BIGINT NOT NULL,
    group_no BIGINT NOT NULL          -- post_no of the first to say it, by posted_at
);

-- One row per topic whose posts were ever compared.
CREATE TABLE groupings (
    topic VARCHAR NOT NULL,
    read_at TIMESTAMPTZ NOT NULL,     -- before the texts were read: an older grouping changes nothing
    posts INTEGER NOT NULL,           -- that were compared
    fingerprint VARCHAR               -- of all posts of the topic then; another one means: group anew
);

-- Grain: one row per scored post. Which model and version a chart shows is decided here alone. The
-- pair is taken as one: a newer version that does not score a text has no value, not an older one.
CREATE OR REPLACE VIEW readings AS
SELECT
    post_no,
    newest.value AS compound,
    newest.label AS sentiment
FROM (
    SELECT s.post_no, arg_max({'value': s.value, 'label': s.label}, m.rank) AS newest
    FROM scores AS s
    INNER JOIN models AS m ON s.model = m.model AND s.version = m.version
    WHERE s.model = 'vader' AND s.target IS NULL
    GROUP BY s.post_no
);
