"""How long questions about stance, quotes and voices take at a million posts, from SQL to table."""

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from duckdb import DuckDBPyConnection

from bench._homes import filled
from bench._promise import Promise, is_quick, report
from bench._synthetic import TARGETS, TOPIC
from bench.absorb import QUICK, STORED
from bench.overview import LIMIT_MS, WEEK, WHOLE, WORD, Questions, warm
from groundswell.store import questions, quotes, voices
from groundswell.store.filters import Filters

TARGET = next(iter(TARGETS))
BUCKETS = {"series_hour": "hour", "series_day": "day", "totals": "century"}
ORIGINALS = replace(WHOLE, originals=True)
AGAINST = replace(WHOLE, target=TARGET, stances=("against",))


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the promises on stance; 1 when one does not hold."""
    stored = QUICK if is_quick(argv, __doc__ or "") else STORED
    with tempfile.TemporaryDirectory() as folder:
        return report(measure(filled(Path(folder), stored).cursor()))


def asked(cur: DuckDBPyConnection) -> Questions:
    """What pages ask about those who take a side, by name."""
    series = questions.stance_series
    return {
        "series_hour": lambda: series(cur, WHOLE, "hour", TARGET),
        "series_day": lambda: series(cur, WHOLE, "day", TARGET),
        "series_week_of_two_sources": lambda: series(cur, WEEK, "hour", TARGET),
        "series_of_a_keyword": lambda: series(cur, WORD, "hour", TARGET),
        "totals": lambda: questions.stance_totals(cur, WHOLE, TARGET),
        "targets": lambda: questions.targets(cur, TOPIC),
        "scored_by": lambda: questions.scored_by(cur, TOPIC),
        "quotable": lambda: quotes.quotable(cur, WHOLE, TARGET, "against", 50),
        "voices": lambda: voices.voices(cur, WHOLE, TARGET, 50),
        "repeaters": lambda: voices.repeaters(cur, WHOLE, 50),
        "count_of_an_account": partial(questions.count, cur, _loudest(cur)),
        "totals_of_originals": lambda: questions.totals(cur, ORIGINALS),
        "timeline_of_originals": lambda: questions.timeline(cur, ORIGINALS, "hour"),
        "newest_50_originals": lambda: questions.posts(cur, ORIGINALS, "newest", 50),
    }


def measure(cur: DuckDBPyConnection) -> list[Promise]:
    """One promise a question; the baseline groups by account in SQL, as the question once did."""
    grouped = {name: warm(partial(_grouped, cur, bucket), 3) for name, bucket in BUCKETS.items()}
    promises = [
        Promise(
            name=f"stance_{name}", unit="ms", goal=LIMIT_MS, at_most=True, value=warm(ask),
            baseline=grouped.get(name),
        )
        for name, ask in asked(cur).items()
    ]  # fmt: skip
    quotable = quotes.quotable(cur, WHOLE, TARGET, "against", 50)
    sources = tuple(questions.facets(cur, WHOLE).query("facet == 'source'")["value"])
    by_source = partial(questions.stance_by_source, cur, WHOLE, "day", TARGET, sources)
    promises.append(
        Promise(  # series and totals at once, so as long as the two take
            name="stance_by_source", unit="ms", goal=2 * LIMIT_MS, at_most=True,
            value=warm(by_source), baseline=warm(partial(_one_by_one, cur, sources), 3),
        )
    )  # fmt: skip
    slow: Questions = {
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
