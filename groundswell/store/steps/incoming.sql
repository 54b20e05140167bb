-- Grain: one row per sighting in the batch files. What must not be kept is cut off here, at the
-- door: text and author of withheld posts, and of those that waited longer than their source may be
-- kept (parallel lists $sources and $cutoffs), never get further. $files: paths of batch files.
-- told_at: when the site told of it, else when it was seen; edit_rank: by which versions are in order
-- before that (sites that announce say so themselves).
CREATE OR REPLACE TEMP TABLE incoming AS
WITH kept AS (
    SELECT unnest($sources::VARCHAR[]) AS source, unnest($cutoffs::TIMESTAMPTZ[]) AS cutoff
),

told AS (
    SELECT
        f.* REPLACE (
            CASE
                WHEN f.withheld IS NULL AND f.first_seen_at < k.cutoff THEN 'expired'
                ELSE f.withheld
            END AS withheld
        ),
        f.withheld AS withheld_there
    FROM (
        SELECT * FROM read_parquet($files, filename = true, union_by_name = true)
        UNION ALL BY NAME
        SELECT NULL::TIMESTAMPTZ AS announced_at WHERE false  -- files of before it was known
    ) AS f
    LEFT JOIN kept AS k ON f.source = k.source
)

SELECT
    row_number() OVER () AS sighting,
    parse_filename(filename, true) AS batch_id,
    md5_number(source || chr(31) || uri) AS key,
    md5_number(source || chr(31) || coalesce(author_id, author)) AS account_key,
    CASE WHEN author_id IS NOT NULL THEN md5_number(source || chr(31) || author) END AS name_key,
    CASE WHEN quoted_text IS NOT NULL THEN md5_number(source || chr(31) || quote_of) END
        AS quote_key,
    source,
    uri,
    CASE WHEN withheld IS NULL THEN url END AS url,
    instance,
    CASE WHEN withheld IS NULL THEN author_id END AS author_id,
    CASE WHEN withheld IS NULL THEN author END AS author,
    CASE WHEN withheld IS NULL THEN author_name END AS author_name,
    created_at,
    first_seen_at,
    indexed_at,
    posted_at,
    skewed,
    version,
    edited_at,
    announced_at,
    coalesce(announced_at, first_seen_at) AS told_at,
    coalesce(CASE WHEN announced_at IS NULL THEN edited_at END, '-infinity'::TIMESTAMPTZ)
        AS edit_rank,
    lang,
    lang_confidence,
    lang_declared,
    CASE WHEN withheld IS NULL THEN text ELSE '' END AS text,
    text_truncated,
    reply_to,
    thread_root,
    quote_of,
    CASE WHEN withheld IS NULL THEN quoted_text END AS quoted_text,
    CASE WHEN withheld IS NULL THEN card_url END AS card_url,
    CASE WHEN withheld IS NULL THEN card_text END AS card_text,
    CASE WHEN withheld IS NULL THEN alt_text END AS alt_text,
    CASE WHEN withheld IS NULL THEN links ELSE [] END AS links,
    CASE WHEN withheld IS NULL THEN tags ELSE [] END AS tags,
    CASE WHEN withheld IS NULL THEN mentions ELSE [] END AS mentions,
    likes,
    reposts,
    replies,
    quotes,
    labels,
    withheld,
    withheld_there IS NOT NULL
    AND (text <> '' OR author_id IS NOT NULL OR author IS NOT NULL OR octet_length(raw) > 0)
        AS told_too_much,
    withheld IS NULL AND octet_length(raw) > 0 AS has_raw,
    CASE WHEN withheld IS NULL THEN tokens ELSE [] END AS tokens,
    matches,
    scores
FROM told;
