-- Grain: one row per sighting that quotes a post with a tombstone.
SELECT sighting, source, uri, quoted_text, concat_ws(chr(10), text, card_text, alt_text) AS own, tags
FROM incoming
WHERE
    quoted_text IS NOT NULL
    AND md5_number(source || chr(31) || quote_of)
    IN (SELECT key FROM tombstones WHERE uri IS NOT NULL);
