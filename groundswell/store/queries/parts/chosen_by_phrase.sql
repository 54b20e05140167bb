-- Grain: as chosen_by_word, of posts in which the words of each phrase also stand side by side.
-- $phrases are regular expressions over lower-case text without accents.
wanted AS (
    SELECT k.term_no, w.word_no
    FROM terms AS k
    INNER JOIN (
        SELECT unnest($words::VARCHAR[]) AS word, unnest($word_nos::INTEGER[]) AS word_no
    ) AS w ON k.term = w.word
    UNION ALL
    SELECT k.term_no, w.word_no
    FROM terms AS k
    INNER JOIN (
        SELECT unnest($prefixes::VARCHAR[]) AS prefix, unnest($prefix_nos::INTEGER[]) AS word_no
    ) AS w ON starts_with(k.term, w.prefix)
),

candidates AS (
    SELECT t.post_no
    FROM tokens AS t
    INNER JOIN wanted AS w ON t.term_no = w.term_no
    GROUP BY t.post_no
    HAVING count(DISTINCT w.word_no) = $word_count
),

written AS (
    SELECT
        post_no,
        strip_accents(lower(concat_ws(chr(10), text, quoted_text, card_text, alt_text))) AS plain
    FROM posts
    WHERE post_no IN (SELECT post_no FROM candidates)
),

hits AS (
    SELECT w.post_no
    FROM written AS w
    CROSS JOIN (SELECT unnest($phrases::VARCHAR[]) AS phrase) AS p
    WHERE regexp_matches(w.plain, p.phrase)
    GROUP BY w.post_no
    HAVING count(*) = len($phrases::VARCHAR[])
),

chosen AS (
    SELECT post_no, source, lang, author_no, posted_at, compound, sentiment, loudness, skewed, withheld
    FROM facts
    WHERE
        topic = $topic
        AND ($since::TIMESTAMPTZ IS NULL OR posted_at >= $since::TIMESTAMPTZ)
        AND ($until::TIMESTAMPTZ IS NULL OR posted_at < $until::TIMESTAMPTZ)
        AND ($sources::VARCHAR[] IS NULL OR list_contains($sources::VARCHAR[], source))
        AND ($langs::VARCHAR[] IS NULL OR list_contains($langs::VARCHAR[], lang))
        AND ($sentiments::VARCHAR[] IS NULL OR list_contains($sentiments::VARCHAR[], sentiment))
        AND post_no IN (SELECT post_no FROM hits)
)
