-- What is hidden, missing, gone for now, kept for a time only, and when it was looked at. UTC.

-- When the site itself told of the version that stands; NULL: it was merely seen.
ALTER TABLE posts ADD COLUMN announced_at TIMESTAMPTZ;

-- false: a post that is announced later than this comes back. All older ones are for good.
ALTER TABLE tombstones ADD COLUMN final BOOLEAN DEFAULT true;

-- Deletions of what was never stored: kept for two days, against sources that lag behind. No names.
CREATE TABLE passing_tombstones (
    key UHUGEINT NOT NULL,            -- made like posts.key or authors.key
    is_account BOOLEAN NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL,
    noted_at TIMESTAMPTZ NOT NULL
);

-- What a site announced of a stored post, one row per event: what of it belongs to a life that a
-- deletion ended, is known even when that deletion comes last.
CREATE TABLE announcements (
    key UHUGEINT NOT NULL,            -- as posts.key
    announced_at TIMESTAMPTZ NOT NULL,
    first_seen_at TIMESTAMPTZ NOT NULL,
    posted_at TIMESTAMPTZ NOT NULL,
    skewed BOOLEAN NOT NULL,
    version VARCHAR,
    matches STRUCT(topic VARCHAR, query VARCHAR, route VARCHAR)[] NOT NULL
);

-- The latest mark on a post or an account: not to be shown, or (lifted) shown again.
CREATE TABLE hidings (
    key UHUGEINT NOT NULL,            -- made like posts.key or authors.key
    is_account BOOLEAN NOT NULL,
    reason VARCHAR NOT NULL,
    lifted BOOLEAN NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL,
    noted_at TIMESTAMPTZ NOT NULL
);

-- Stored posts that were asked for and not there, since they were last seen.
CREATE TABLE missing (
    key UHUGEINT NOT NULL,            -- as posts.key
    seen_at TIMESTAMPTZ NOT NULL
);

-- Stored posts that are hidden now, by a mark, by their account's mark, or as missing: they have all
-- their rows but those in facts, copies and the sums.
CREATE TABLE hidden (
    post_no BIGINT NOT NULL,
    reason VARCHAR NOT NULL
);

-- When a stored post was last asked for again, whatever came of it.
CREATE TABLE checks (
    post_no BIGINT NOT NULL,
    checked_at TIMESTAMPTZ NOT NULL
);

-- How long texts and authors of a source are kept after their post was last seen; no row: no limit.
CREATE TABLE retentions (
    source VARCHAR NOT NULL,
    keep_s BIGINT NOT NULL,
    told_at TIMESTAMPTZ NOT NULL
);
