-- The first shape of the database. Times are UTC. Unknown is NULL, never 0 or ''.

-- One row a post, whatever query, instance or run found it. Written once; an edit replaces the row.
CREATE TABLE posts (
    post_no BIGINT NOT NULL,          -- ours, rising with the order of absorption, never used twice
    key UHUGEINT NOT NULL,            -- md5 of source, unit separator, uri: 128 bits, stable over versions
    source VARCHAR NOT NULL,
    uri VARCHAR NOT NULL,
    url VARCHAR,
    instance VARCHAR,
    author_no INTEGER,                -- NULL: not known, or withheld
    author_id VARCHAR,
    author VARCHAR,
    author_name VARCHAR,
    created_at TIMESTAMPTZ,           -- as claimed
    first_seen_at TIMESTAMPTZ NOT NULL,  -- earliest of all sightings
    indexed_at TIMESTAMPTZ,
    posted_at TIMESTAMPTZ NOT NULL,   -- what charts use: the earlier of claimed and first seen
    skewed BOOLEAN NOT NULL,          -- the claimed time could not be trusted
    version VARCHAR,
    edited_at TIMESTAMPTZ,
    seen_at TIMESTAMPTZ NOT NULL,     -- sighting that brought this version; later ones: sightings
    lang VARCHAR NOT NULL,            -- detected; 'und' when unsure
    lang_confidence DOUBLE,
    lang_declared VARCHAR,
    text VARCHAR NOT NULL,
    text_truncated BOOLEAN NOT NULL,
    reply_to VARCHAR,
    thread_root VARCHAR,
    quote_of VARCHAR,
    quoted_text VARCHAR,
    card_url VARCHAR,
    card_text VARCHAR,
    alt_text VARCHAR,
    links VARCHAR[] NOT NULL,
    tags VARCHAR[] NOT NULL,
    mentions VARCHAR[] NOT NULL,
    labels VARCHAR[] NOT NULL,
    withheld VARCHAR                  -- why text and author are not kept, NULL: they are
);

-- Later sightings of the version that stands; appended, so that seeing a post again rewrites nothing.
CREATE TABLE sightings (
    post_no BIGINT NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL
);

-- Small numbers for accounts, so that they can be counted exactly and fast. Holds no name.
CREATE TABLE authors (
    author_no INTEGER NOT NULL,
    key UHUGEINT NOT NULL             -- md5 of source, unit separator, stable id (else name)
);

-- What found the post.
CREATE TABLE matches (
    post_no BIGINT NOT NULL,
    topic VARCHAR NOT NULL,
    query VARCHAR NOT NULL,
    route VARCHAR NOT NULL
);

-- One row per post, model, version and target (NULL: the whole message). Scoring anew adds rows.
CREATE TABLE scores (
    post_no BIGINT NOT NULL,
    model VARCHAR NOT NULL,
    version VARCHAR NOT NULL,
    target VARCHAR,
    label VARCHAR NOT NULL,
    value DOUBLE,                     -- in the model's own range, NULL: not scored
    confidence DOUBLE,
    reason VARCHAR                    -- why it was not scored
);

-- Model versions in the order they were met; the highest rank of a model is the one in use.
CREATE TABLE models (
    model VARCHAR NOT NULL,
    version VARCHAR NOT NULL,
    rank INTEGER NOT NULL
);

-- Grain: one row per scored post. Which model and version a chart shows is decided here alone.
CREATE VIEW readings AS
SELECT
    s.post_no,
    arg_max(s.value, m.rank) AS compound,
    arg_max(s.label, m.rank) AS sentiment
FROM scores AS s
INNER JOIN models AS m ON s.model = m.model AND s.version = m.version
WHERE s.model = 'vader' AND s.target IS NULL
GROUP BY s.post_no;

-- Counts as seen, one row per change; NULL where the source did not say.
CREATE TABLE engagement (
    post_no BIGINT NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL,
    likes BIGINT,
    reposts BIGINT,
    replies BIGINT,
    quotes BIGINT
);

-- The narrow copy that charts and filters read: one row per topic and post.
CREATE TABLE facts (
    topic VARCHAR NOT NULL,
    post_no BIGINT NOT NULL,
    source VARCHAR NOT NULL,
    lang VARCHAR NOT NULL,
    author_no INTEGER,
    posted_at TIMESTAMPTZ NOT NULL,
    compound DOUBLE,                  -- -1 to 1, four decimals; NULL: not scored
    sentiment VARCHAR NOT NULL,       -- negative, neutral, positive, not_scored
    loudness BIGINT,                  -- likes + reposts + replies + quotes of the latest sighting; NULL: none known
    skewed BOOLEAN NOT NULL,
    withheld BOOLEAN NOT NULL
);

-- Additive: sum over rows, also over several of one key (a deletion or an edit adds a negative one).
CREATE TABLE rollup_hour (
    hour TIMESTAMPTZ NOT NULL,        -- start of the UTC hour of posted_at
    topic VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    lang VARCHAR NOT NULL,
    sentiment VARCHAR NOT NULL,
    posts INTEGER NOT NULL,
    scored INTEGER NOT NULL,
    sum_compound BIGINT NOT NULL,     -- in ten-thousandths: whole numbers add up exactly
    sum_sq_compound BIGINT NOT NULL,  -- in hundred-millionths
    skewed INTEGER NOT NULL,
    withheld INTEGER NOT NULL
);

-- Keyword search: which posts hold which term, each term once a post.
CREATE TABLE terms (
    term_no INTEGER NOT NULL,
    term VARCHAR NOT NULL
);
CREATE TABLE tokens (
    term_no INTEGER NOT NULL,
    day DATE NOT NULL,                -- UTC day of posted_at
    post_no BIGINT NOT NULL
);

-- Who used which term in a topic, each pair once, of posts below the number 'sealed': so that the
-- distinct authors of every term are known without looking at the posts.
CREATE TABLE voices (
    topic VARCHAR NOT NULL,
    term_no INTEGER NOT NULL,
    author_no INTEGER NOT NULL
);

-- Additive: posts and distinct authors per term, of posts below the number 'sealed'.
CREATE TABLE term_totals (
    topic VARCHAR NOT NULL,
    term_no INTEGER NOT NULL,
    posts INTEGER NOT NULL,
    authors INTEGER NOT NULL
);

-- Versions that an edit replaced. Their text is gone.
CREATE TABLE edits (
    post_no BIGINT NOT NULL,
    version VARCHAR,
    edited_at TIMESTAMPTZ,
    seen_at TIMESTAMPTZ NOT NULL,     -- latest sighting of the replaced version
    replaced_at TIMESTAMPTZ NOT NULL
);

-- What must never come in again: a post (uri) or a whole account (author_id).
CREATE TABLE tombstones (
    key UHUGEINT NOT NULL,            -- made like posts.key or authors.key
    source VARCHAR NOT NULL,
    uri VARCHAR,
    author_id VARCHAR,
    reason VARCHAR NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL      -- when we learned of it
);

-- Additive: how many stored posts went, by the hour they were posted in. Says how large the bias is.
CREATE TABLE removed_hour (
    hour TIMESTAMPTZ NOT NULL,
    topic VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    posts INTEGER NOT NULL
);

-- Windows without overlap per source, instance, topic and route; half-open.
CREATE TABLE coverage (
    source VARCHAR NOT NULL,
    instance VARCHAR,                 -- NULL: the source has only one server
    topic VARCHAR NOT NULL,
    route VARCHAR NOT NULL,
    window_start TIMESTAMPTZ NOT NULL,
    window_end TIMESTAMPTZ NOT NULL,
    status VARCHAR NOT NULL,          -- complete, truncated, gap, closed, budget
    reason VARCHAR,                   -- NULL for complete windows
    found INTEGER NOT NULL,
    dropped INTEGER NOT NULL
);

-- Where the next run of a route goes on. Never ahead of the posts.
CREATE TABLE cursors (
    source VARCHAR NOT NULL,
    topic VARCHAR NOT NULL,
    route VARCHAR NOT NULL,
    cursor VARCHAR,
    batch_id VARCHAR NOT NULL,
    moved_at TIMESTAMPTZ NOT NULL
);

-- Every batch ever absorbed: a second time it changes nothing.
CREATE TABLE batches (
    batch_id VARCHAR NOT NULL,
    group_no BIGINT NOT NULL,         -- batches of one transaction share it; rises
    source VARCHAR NOT NULL,
    topic VARCHAR NOT NULL,
    route VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    seq INTEGER NOT NULL,
    written_at TIMESTAMPTZ NOT NULL,
    absorbed_at TIMESTAMPTZ NOT NULL,
    cursor_from VARCHAR,
    cursor_to VARCHAR,
    pages INTEGER NOT NULL,
    posts INTEGER NOT NULL,           -- sightings in the file
    dropped INTEGER NOT NULL,         -- left out by the topic's own rules
    rejected INTEGER NOT NULL,
    complete BOOLEAN NOT NULL,        -- at least one of its windows was read completely
    trouble_status VARCHAR,           -- truncated, gap, closed, budget: of a window that was not
    trouble VARCHAR                   -- and why; both NULL when there is none
);

-- What a person should know and no other table says.
CREATE TABLE notices (
    noticed_at TIMESTAMPTZ NOT NULL,
    source VARCHAR,
    topic VARCHAR,
    route VARCHAR,
    kind VARCHAR NOT NULL,            -- a stable word: cursor_mismatch, batch_unreadable, withheld_text
    message VARCHAR NOT NULL
);

-- Items that could not become posts, whole.
CREATE TABLE quarantine (
    id VARCHAR NOT NULL,              -- 32 hex digits made from source, topic and item
    source VARCHAR NOT NULL,
    topic VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    stage VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    field_name VARCHAR,
    url VARCHAR,
    place VARCHAR,
    raw BLOB NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL,     -- latest sighting
    tries INTEGER NOT NULL,           -- sightings
    state VARCHAR NOT NULL            -- waiting, passed
);

-- Files of home/raw, and which posts have raw items in which.
CREATE TABLE raw_files (
    file_no BIGINT NOT NULL,
    items INTEGER NOT NULL,
    bytes BIGINT NOT NULL
);
CREATE TABLE raw_items (
    post_no BIGINT NOT NULL,
    file_no BIGINT NOT NULL
);
-- Raw items that must be cut out of their file; empty when all is done.
CREATE TABLE raw_erasures (
    file_no BIGINT NOT NULL,
    source VARCHAR NOT NULL,
    uri VARCHAR NOT NULL
);

-- The next number to give out, per name; and marks of upkeep.
CREATE TABLE counters (
    name VARCHAR NOT NULL,
    next BIGINT NOT NULL
);
INSERT INTO counters VALUES
    ('post', 1), ('author', 1), ('term', 1), ('group', 1),
    ('sealed', 1),         -- posts below are in voices and term_totals
    ('sorted', 1),         -- posts below have their tokens in the order of search
    ('rollup_hour', 0),    -- rows when it was last compacted
    ('term_totals', 0);    -- likewise

-- Text that a spreadsheet cannot take for a formula: one apostrophe more in front of = + - @, tab,
-- CR, LF and the full-width signs, also behind apostrophes that are there already, so that taking
-- one away on import gives back the very same text.
CREATE MACRO disarmed(t) AS
CASE
    WHEN regexp_matches(t, '^''*[=+\-@\t\r\n＝＋－＠]') THEN '''' || t
    ELSE t
END;

-- A moment as text: ISO 8601 in UTC, to the second.
CREATE MACRO iso(moment) AS strftime(moment, '%Y-%m-%dT%H:%M:%SZ');

-- One row when deleted text may still lie in unused parts of the database file: since when. The file
-- is written anew and the row with it gone when the home is next opened a day later, or at once after
-- a purge by hand.
CREATE TABLE leftovers (
    since TIMESTAMPTZ NOT NULL
);
