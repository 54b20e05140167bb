"""What the rollups must say, counted again from the posts themselves."""

from duckdb import DuckDBPyConnection

from tests.groundswell.store.making import rows

_ROLLUP = """
    SELECT hour, topic, source, lang, sentiment, sum(posts) AS n, sum(scored), sum(sum_compound),
        sum(sum_sq_compound), sum(skewed), sum(withheld)
    FROM rollup_hour GROUP BY ALL HAVING n <> 0 ORDER BY ALL
"""
_RECOUNT = """
    SELECT date_trunc('hour', p.posted_at), m.topic, p.source, p.lang,
        coalesce(r.sentiment, 'not_scored'), count(*), count(r.compound),
        coalesce(sum(round(r.compound * 10000)::BIGINT), 0),
        coalesce(sum(round(r.compound * 10000)::BIGINT * round(r.compound * 10000)::BIGINT), 0),
        count(*) FILTER (WHERE p.skewed), count(p.withheld)
    FROM posts AS p
    JOIN (SELECT DISTINCT topic, post_no FROM matches) AS m USING (post_no)
    LEFT JOIN readings AS r USING (post_no)
    WHERE post_no NOT IN (SELECT post_no FROM hidden)
    GROUP BY ALL ORDER BY ALL
"""
_TERM_TOTALS = """
    SELECT topic, term, sum(posts) AS n, sum(authors) FROM term_totals JOIN terms USING (term_no)
    GROUP BY ALL HAVING n <> 0 ORDER BY ALL
"""
_TERM_RECOUNT = """
    SELECT m.topic, k.term, count(*), count(DISTINCT p.author_no)
    FROM posts AS p
    JOIN (SELECT DISTINCT topic, post_no FROM matches) AS m USING (post_no)
    JOIN tokens AS t USING (post_no)
    JOIN terms AS k USING (term_no)
    WHERE post_no < (SELECT next FROM counters WHERE name = 'sealed')
        AND post_no NOT IN (SELECT post_no FROM hidden)
    GROUP BY ALL ORDER BY ALL
"""
_TERM_DAYS = """
    SELECT topic, day, term_no, sum(posts) AS n FROM term_days GROUP BY ALL HAVING n <> 0
    ORDER BY ALL
"""
_TERM_DAYS_RECOUNT = """
    SELECT m.topic, p.posted_at::DATE, t.term_no, count(*)
    FROM posts AS p
    JOIN (SELECT DISTINCT topic, post_no FROM matches) AS m USING (post_no)
    JOIN tokens AS t USING (post_no)
    WHERE post_no < (SELECT next FROM counters WHERE name = 'sealed')
        AND post_no NOT IN (SELECT post_no FROM hidden)
    GROUP BY ALL ORDER BY ALL
"""
_VOICES = "SELECT topic, term_no, author_no FROM voices ORDER BY ALL"
_VOICES_RECOUNT = """
    SELECT DISTINCT f.topic, t.term_no, f.author_no
    FROM facts AS f JOIN tokens AS t USING (post_no)
    WHERE post_no < (SELECT next FROM counters WHERE name = 'sealed') AND author_no IS NOT NULL
    ORDER BY ALL
"""
_STANCES = """
    SELECT topic, target, post_no, source, lang, author_no, posted_at, sentiment, stance,
        confidence, reader
    FROM stances ORDER BY ALL
"""
_STANCES_RECOUNT = """
    SELECT m.topic, s.target, p.post_no, p.source, p.lang, p.author_no, p.posted_at,
        (SELECT sentiment FROM readings AS r WHERE r.post_no = p.post_no), s.label, s.confidence,
        k.rank
    FROM posts AS p
    JOIN (SELECT DISTINCT topic, post_no FROM matches) AS m USING (post_no)
    JOIN (SELECT topic, unnest(names) AS target FROM targets) AS a USING (topic)
    JOIN scores AS s ON s.post_no = p.post_no AND s.target = a.target
    JOIN models AS k ON s.model = k.model AND s.version = k.version
    WHERE p.post_no NOT IN (SELECT post_no FROM hidden)
    QUALIFY row_number() OVER (
        PARTITION BY m.topic, p.post_no, s.target
        ORDER BY s.model = 'hub' DESC, ends_with(s.version, '-linear'), k.rank DESC
    ) = 1
    ORDER BY ALL
"""
_DAYS = """
    SELECT count(*) FROM tokens AS t JOIN posts AS p USING (post_no)
    WHERE t.day <> p.posted_at::DATE
"""
_ORPHANS = """
    SELECT 'facts', count(*) FROM facts ANTI JOIN posts USING (post_no)
    UNION ALL SELECT 'tokens', count(*) FROM tokens ANTI JOIN posts USING (post_no)
    UNION ALL SELECT 'scores', count(*) FROM scores ANTI JOIN posts USING (post_no)
    UNION ALL SELECT 'matches', count(*) FROM matches ANTI JOIN posts USING (post_no)
    UNION ALL SELECT 'engagement', count(*) FROM engagement ANTI JOIN posts USING (post_no)
    UNION ALL SELECT 'edits', count(*) FROM edits ANTI JOIN posts USING (post_no)
    UNION ALL SELECT 'raw_items', count(*) FROM raw_items ANTI JOIN posts USING (post_no)
    UNION ALL SELECT 'hidden', count(*) FROM hidden ANTI JOIN posts USING (post_no)
    UNION ALL SELECT 'checks', count(*) FROM checks ANTI JOIN posts USING (post_no)
    UNION ALL SELECT 'missing', count(*) FROM missing ANTI JOIN posts USING (key)
    UNION ALL SELECT 'announcements', count(*) FROM announcements ANTI JOIN posts USING (key)
    UNION ALL SELECT 'shown though hidden', count(*) FROM facts SEMI JOIN hidden USING (post_no)
    UNION ALL SELECT 'copies', count(*) FROM copies ANTI JOIN facts USING (topic, post_no)
    UNION ALL SELECT 'stances', count(*) FROM stances ANTI JOIN facts USING (topic, post_no)
"""
_LED_WRONGLY = """
    SELECT topic, group_no FROM copies JOIN posts USING (post_no)
    GROUP BY ALL HAVING count(*) < 2 OR arg_min(post_no, (posted_at, post_no)) <> group_no
"""
_REPOSTS = """
    SELECT count(*) FROM facts JOIN posts USING (post_no)
    WHERE repost IS DISTINCT FROM starts_with(text, 'RT @')
"""
_DOUBLES = """
    SELECT count(*) - count(DISTINCT key), count(*) - count(DISTINCT post_no) FROM posts
    UNION ALL SELECT count(*) - count(DISTINCT (topic, post_no)), 0 FROM facts
    UNION ALL SELECT count(*) - count(DISTINCT (term_no, post_no)), 0 FROM tokens
    UNION ALL SELECT count(*) - count(DISTINCT (post_no, topic, query, route)), 0 FROM matches
    UNION ALL SELECT count(*) - count(DISTINCT (post_no, model, version, target)), 0 FROM scores
    UNION ALL SELECT count(*) - count(DISTINCT (topic, post_no)), 0 FROM copies
    UNION ALL SELECT count(*) - count(DISTINCT topic), 0 FROM groupings
    UNION ALL SELECT count(*) - count(DISTINCT topic), 0 FROM targets
    UNION ALL SELECT count(*) - count(DISTINCT (topic, target, post_no)), 0 FROM stances
    UNION ALL SELECT count(*) - count(DISTINCT key), 0 FROM authors
    UNION ALL SELECT count(*) - count(DISTINCT term), 0 FROM terms
    UNION ALL SELECT count(*) - count(DISTINCT post_no), 0 FROM hidden
    UNION ALL SELECT count(*) - count(DISTINCT post_no), 0 FROM checks
    UNION ALL SELECT count(*) - count(DISTINCT (key, uri IS NULL)), 0 FROM tombstones
    UNION ALL SELECT count(*) - count(DISTINCT (key, is_account)), 0 FROM passing_tombstones
    UNION ALL SELECT count(*) - count(DISTINCT (key, is_account)), 0 FROM hidings
    UNION ALL SELECT count(*) - count(DISTINCT (key, seen_at)), 0 FROM missing
    UNION ALL SELECT count(*) - count(DISTINCT (key, announced_at)), 0 FROM announcements
"""


def check(con: DuckDBPyConnection) -> None:
    """All sums equal a recount, no row belongs to a post that is gone, nothing is there twice."""
    assert rows(con, _ROLLUP) == rows(con, _RECOUNT)
    assert rows(con, _TERM_TOTALS) == rows(con, _TERM_RECOUNT)
    assert rows(con, _TERM_DAYS) == rows(con, _TERM_DAYS_RECOUNT)
    assert rows(con, _VOICES) == rows(con, _VOICES_RECOUNT)
    assert rows(con, _STANCES) == rows(con, _STANCES_RECOUNT)
    assert rows(con, _DAYS) == [(0,)]
    assert [(name, n) for name, n in rows(con, _ORPHANS) if n] == []
    assert rows(con, _LED_WRONGLY) == []
    assert rows(con, _REPOSTS) == [(0,)]
    assert [pair for pair in rows(con, _DOUBLES) if pair != (0, 0)] == []
