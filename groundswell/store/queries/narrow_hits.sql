-- Grain: one row per post of hits in which the words of a phrase also stand side by side. $phrase is
-- a regular expression over lower-case text without accents. The candidates are materialized: it
-- must never see the text of other posts.
CREATE OR REPLACE TEMP TABLE hits AS
WITH written AS MATERIALIZED (
    SELECT
        post_no,
        strip_accents(lower(concat_ws(chr(10), text, quoted_text, card_text, alt_text))) AS plain
    FROM posts
    WHERE post_no IN (SELECT post_no FROM hits)
)

SELECT post_no FROM written WHERE regexp_matches(plain, $phrase);
