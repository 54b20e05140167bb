"""How long the questions of the Overview take at a million posts, warm, each from SQL to table."""

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TypeAlias

import pandas as pd
from duckdb import DuckDBPyConnection

from bench._promise import Promise, is_quick, report
from bench._synthetic import START, TOPIC, Maker
from bench.absorb import QUICK, STORED, fill
from groundswell.settings import Settings
from groundswell.spool import Spool
from groundswell.store import contrast, questions, tidy
from groundswell.store.database import open_database
from groundswell.store.filters import Filters
from groundswell.store.transaction import transaction

LIMIT_MS = 50
Questions: TypeAlias = dict[str, Callable[[], object]]
TIMES = 15
WHOLE = Filters(topic=TOPIC)
WEEK = Filters(
    topic=TOPIC, since=START + timedelta(days=3), until=START + timedelta(days=10),
    sources=("bluesky", "mastodon"),
)  # fmt: skip
WORD = Filters(topic=TOPIC, keyword="word000020")  # in one post of twelve
PHRASE = Filters(topic=TOPIC, keyword='"word000020 word000030"')


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the promises on the Overview; 1 when one does not hold."""
    stored = QUICK if is_quick(argv, __doc__ or "") else STORED
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        con = open_database(home, Settings(home=home))
        spool = Spool(home, limit_bytes=1 << 40)
        fill(con, home, spool, Maker(total=stored), stored)
        while tidy.seal(con) or tidy.tidy(con):
            continue
        con.execute("CHECKPOINT")
        return report(measure(con.cursor()))


def asked(cur: DuckDBPyConnection) -> Questions:
    """What the Overview asks of a topic as a whole, and filtered, by name."""
    return {
        "totals": lambda: questions.totals(cur, WHOLE),
        "timeline": lambda: questions.timeline(cur, WHOLE, "hour"),
        "facets": lambda: questions.facets(cur, WHOLE),
        "term_counts": lambda: questions.term_counts(cur, WHOLE),
        "gaps": lambda: questions.gaps(cur, WHOLE),
        "loudest_10": lambda: questions.posts(cur, WHOLE, "loudest", 10),
        "loudest_once": lambda: questions.loudest_once(cur, WHOLE, 5),
        "copies_share": lambda: questions.copies_share(cur, WHOLE),
        "newest_50": lambda: questions.posts(cur, WHOLE, "newest", 50),
        "week_totals": lambda: questions.totals(cur, WEEK),
        "week_timeline": lambda: questions.timeline(cur, WEEK, "hour"),
        "keyword_totals": lambda: questions.totals(cur, WORD),
        "keyword_timeline": lambda: questions.timeline(cur, WORD, "hour"),
    } | words(cur)


def measure(cur: DuckDBPyConnection) -> list[Promise]:
    """One promise a question; the baseline asks the posts themselves, without sums."""
    raw = {name: warm(partial(_plain, cur, sql), 3) for name, sql in RAW.items()}
    promises = [
        Promise(
            name=f"overview_{name}", unit="ms", goal=LIMIT_MS, at_most=True,
            value=warm(ask), baseline=raw.get(name),
        )
        for name, ask in asked(cur).items()
    ]  # fmt: skip
    peak, past = peak_and_past(cur)
    noon = peak.until - timedelta(hours=12) if peak.until else None
    slow: Questions = {
        "phrase_count": lambda: questions.count(cur, PHRASE),
        "week_term_counts": lambda: questions.term_counts(cur, WEEK),
        "peak_day_term_counts": lambda: questions.term_counts(cur, peak),
        "before_noon_of_peak_term_posts": lambda: _posts(cur, replace(WHOLE, until=noon)),
        "keyword_term_counts": lambda: questions.term_counts(cur, WORD),
        "peak_day_stands_out": lambda: contrast.standing_out(cur, peak, past, limit=20),
        "keyword_stands_out": lambda: contrast.standing_out(cur, WORD, WHOLE, limit=20, rest=True),
    }
    return promises + [
        Promise(name=f"overview_{name}", unit="ms", goal=1_000, at_most=True, value=warm(ask, 5))
        for name, ask in slow.items()
    ]


def words(cur: DuckDBPyConnection) -> Questions:
    """The questions of the card of words: posts with each term on the busiest day and before it,
    then authors of as many terms as are asked for at once, here the most frequent of all. Worse
    cases too: a busiest day at the end, with all other days before it, and a busiest hour."""
    peak, past = peak_and_past(cur)
    most = _posts(cur, peak).nlargest(contrast.AT_ONCE).index.tolist()
    hour = replace(peak, until=peak.since and peak.since + timedelta(hours=1))
    return {
        "peak_day_term_posts": lambda: _posts(cur, peak),
        "before_peak_term_posts": lambda: _posts(cur, past),
        "after_peak_term_posts": lambda: _posts(cur, replace(WHOLE, since=peak.until)),
        "peak_hour_term_posts": lambda: _posts(cur, hour),
        "peak_day_term_authors": lambda: contrast.term_authors(cur, peak, most),
    }


def _posts(cur: DuckDBPyConnection, f: Filters) -> "pd.Series[int]":
    with transaction(cur):
        return contrast.term_posts(cur, f)


def peak_and_past(cur: DuckDBPyConnection) -> tuple[Filters, Filters]:
    """What the card of words compares: the busiest day, and all the time before it."""
    days = questions.timeline(cur, WHOLE, "day").groupby("bucket_start")["posts"].sum()
    start = pd.Timestamp(str(days.idxmax())).to_pydatetime()
    return (
        replace(WHOLE, since=start, until=start + timedelta(days=1)),
        replace(WHOLE, until=start),
    )


def warm(ask: Callable[[], object], times: int = TIMES) -> float:
    """The best of ``times`` answers after one that warms, in milliseconds: what is left when the
    machine does nothing else."""
    ask()
    took = []
    for _ in range(times):
        began_s = time.perf_counter()
        ask()
        took.append(1e3 * (time.perf_counter() - began_s))
    return min(took)


def _plain(cur: DuckDBPyConnection, sql: str) -> object:
    return cur.execute(sql).df()


RAW_TOTALS = """
    SELECT count(*), count(DISTINCT author), avg(value), stddev(value),
        min(posted_at), max(posted_at)
    FROM posts JOIN scores USING (post_no)
"""
RAW_TIMELINE = """
    SELECT date_trunc('hour', posted_at), source, count(*), sum(value), sum(value * value)
    FROM posts JOIN scores USING (post_no) GROUP BY ALL
"""
RAW_FACETS = """
    SELECT source, lang, label, count(*) FROM posts JOIN scores USING (post_no)
    GROUP BY GROUPING SETS ((source), (lang), (label))
"""
RAW_TERMS = """
    SELECT term_no, count(*), count(DISTINCT author_no) FROM tokens JOIN posts USING (post_no)
    GROUP BY term_no
"""
RAW_KEYWORD = """
    SELECT count(*), count(DISTINCT author) FROM posts WHERE contains(text, 'word000020')
"""

RAW = {
    "totals": RAW_TOTALS,
    "timeline": RAW_TIMELINE,
    "facets": RAW_FACETS,
    "term_counts": RAW_TERMS,
    "keyword_totals": RAW_KEYWORD,
}

if __name__ == "__main__":
    sys.exit(main())
