-- Grain: as chosen, of posts that hold at least one term of every wanted word. $words and
-- $prefixes are folded; the parallel lists say which wanted word each belongs to.
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

hits AS (
    SELECT t.post_no
    FROM tokens AS t
    INNER JOIN wanted AS w ON t.term_no = w.term_no
    GROUP BY t.post_no
    HAVING count(DISTINCT w.word_no) = $word_count
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
