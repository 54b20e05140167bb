-- Grain: one row per sighting that quotes a post with a tombstone that stands.
SELECT
    sighting,
    source,
    uri,
    first_seen_at,
    quoted_text,
    concat_ws(chr(10), text, card_text, alt_text) AS own,
    tags
FROM incoming
WHERE
    quoted_text IS NOT NULL
    AND quote_key IN (SELECT key FROM dead WHERE NOT is_account AND NOT outlived);
