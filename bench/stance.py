"""How long questions about stance, quotes and voices take at a million posts, from SQL to table."""

import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from duckdb import DuckDBPyConnection

from bench._promise import Promise, is_quick, report
from bench._synthetic import TARGETS, TOPIC, Maker
from bench.absorb import QUICK, STORED, fill
from bench.overview import LIMIT_MS, WEEK, WHOLE, WORD, warm
from groundswell.settings import Settings
from groundswell.spool import Batch, Compared, Copy, Spool
from groundswell.store import questions, quotes, voices
from groundswell.store.absorb import absorb
from groundswell.store.database import open_database
from groundswell.store.filters import Filters

TARGET = next(iter(TARGETS))
IN_GROUPS = 10  # one post of so many has copies, three to a group
AGAINST = replace(WHOLE, target=TARGET, stances=("against",))


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the promises on stance; 1 when one does not hold."""
    stored = QUICK if is_quick(argv, __doc__ or "") else STORED
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        con = open_database(home, Settings(home=home))
        spool = Spool(home, limit_bytes=1 << 40)
        fill(con, home, spool, Maker(total=stored, stances=True), stored)
        spool.write(_copies(con))
        absorb(con, home, spool)
        con.execute("CHECKPOINT")
        return report(measure(con.cursor()))


def measure(cur: DuckDBPyConnection) -> list[Promise]:
    """One promise a question; the baseline groups by account in SQL, as the question once did."""
    series = questions.stance_series
    quotable = quotes.quotable(cur, WHOLE, TARGET, "against", 50)
    asked: dict[str, tuple[Callable[[], object], str | None]] = {
        "series_hour": (lambda: series(cur, WHOLE, "hour", TARGET), "hour"),
        "series_day": (lambda: series(cur, WHOLE, "day", TARGET), "day"),
        "series_week_of_two_sources": (lambda: series(cur, WEEK, "hour", TARGET), None),
        "series_of_a_keyword": (lambda: series(cur, WORD, "hour", TARGET), None),
        "totals": (lambda: questions.stance_totals(cur, WHOLE, TARGET), "century"),
        "targets": (lambda: questions.targets(cur, TOPIC), None),
        "scored_by": (lambda: questions.scored_by(cur, TOPIC), None),
        "quotable": (lambda: quotes.quotable(cur, WHOLE, TARGET, "against", 50), None),
        "voices": (lambda: voices.voices(cur, WHOLE, TARGET, 50), None),
        "repeaters": (lambda: voices.repeaters(cur, WHOLE, 50), None),
        "count_of_an_account": (partial(questions.count, cur, _loudest(cur)), None),
    }
    promises = [
        Promise(
            name=f"stance_{name}", unit="ms", goal=LIMIT_MS, at_most=True, value=warm(ask),
            baseline=warm(partial(_grouped, cur, bucket), 3) if bucket else None,
        )
        for name, (ask, bucket) in asked.items()
    ]  # fmt: skip
    sources = tuple(questions.facets(cur, WHOLE).query("facet == 'source'")["value"])
    by_source = partial(questions.stance_by_source, cur, WHOLE, "day", TARGET, sources)
    promises.append(
        Promise(  # series and totals at once, so as long as the two take
            name="stance_by_source", unit="ms", goal=2 * LIMIT_MS, at_most=True,
            value=warm(by_source), baseline=warm(partial(_one_by_one, cur, sources), 3),
        )
    )  # fmt: skip
    slow: dict[str, Callable[[], object]] = {
        "crowds": lambda: questions.crowds(cur, WHOLE, TARGET),
        "quotes": partial(quotes.quotes, cur, WHOLE, TARGET, quotable[:5]),
        "posts_against": lambda: questions.posts(cur, AGAINST, "newest", 50),
        "timeline_of_those_against": lambda: questions.timeline(cur, AGAINST, "hour"),
    }
    return promises + [
        Promise(name=f"stance_{name}", unit="ms", goal=1_000, at_most=True, value=warm(ask, 5))
        for name, ask in slow.items()
    ]


def _loudest(cur: DuckDBPyConnection) -> Filters:
    """The filter on the account that posted most."""
    table = voices.voices(cur, WHOLE, None, 1).table
    return replace(WHOLE, author=str(table["account"].iloc[0]))


def _one_by_one(cur: DuckDBPyConnection, sources: Sequence[str]) -> None:
    for source in sources:
        alone = replace(WHOLE, sources=(source,))
        questions.stance_series(cur, alone, "day", TARGET)
        questions.stance_totals(cur, alone, TARGET)


def _copies(con: DuckDBPyConnection) -> Batch:
    """Groups of three, of posts near each other in time."""
    rows = con.execute(
        "SELECT source, uri, seen_at FROM posts WHERE post_no % $1 = 0 ORDER BY post_no",
        [IN_GROUPS],
    ).fetchall()
    copies = [
        Copy(source=source, uri=uri, seen_at=at, group_source="bench", group_uri=str(group))
        for (source, uri, at), group in zip(rows, np.arange(len(rows)) // 3, strict=True)
    ]
    last = con.execute("SELECT max(written_at) FROM batches").fetchall()[0][0]
    return Batch(
        source="copies", topic=TOPIC, route="copies", run_id="bench-copies", seq=0,
        written_at=last, copies=copies, compared=Compared(posts=len(rows), fingerprint=None),
    )  # fmt: skip


def _grouped(cur: DuckDBPyConnection, bucket: str) -> object:
    return cur.execute(GROUPED, {"bucket": bucket, "topic": TOPIC, "target": TARGET}).df()


GROUPED = """
    SELECT start, sum(n), count(*), sum(k), sum(f), sum(k * k), sum(k * n), sum(f * f), sum(f * n),
        sum(n * n)
    FROM (
        SELECT date_trunc($bucket, posted_at) AS start, author_no, count(*) AS n,
            count(*) FILTER (WHERE stance = 'against') AS k,
            count(*) FILTER (WHERE stance = 'favor') AS f
        FROM stances WHERE topic = $topic AND target = $target GROUP BY ALL
    )
    GROUP BY start
"""

if __name__ == "__main__":
    sys.exit(main())
