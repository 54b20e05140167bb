"""Recall from two routes to one source: only posts of the time that both read completely count."""

import csv
from dataclasses import replace
from pathlib import Path

from duckdb import DuckDBPyConnection

from groundswell.commands.status import lines
from groundswell.recapture import recall
from groundswell.spool import Batch, Match
from groundswell.store import export, status
from groundswell.store.filters import Filters
from groundswell.store.recall import recalls
from tests.groundswell.store.conftest import Take
from tests.groundswell.store.making import HOUR, T0, batch, post, scored, window


def found_by(route: str, seq: int, numbers: range, *windows: tuple[float, float]) -> Batch:
    """Posts ``numbers``, each so many minutes before T0, found by ``route``."""
    posts = [
        replace(scored(post(n)), matches=(Match(topic="story", query="q1", route=route),))
        for n in numbers
    ]
    coverage = [window(start, end) for start, end in windows]
    return batch(seq, posts, route=route, run_id=route, coverage=coverage)


def test_two_routes_to_one_source_give_an_estimate(con: DuckDBPyConnection, take: Take) -> None:
    take(
        found_by("search", 0, range(50), (-2, 0)),
        found_by("stream", 1, range(20, 60), (-1, 0)),
    )
    (found,) = recalls(con, "story")
    assert (found.source, found.routes) == ("bluesky", ("search", "stream"))
    assert (found.time, found.until) == (HOUR, T0)
    # posts of the last hour: numbers 1 to 60 (60 is one hour old and still in the window)
    assert found.recall == recall(49, 40, 30)


def test_status_says_it_in_numbers_and_in_words(con: DuckDBPyConnection, take: Take) -> None:
    take(
        found_by("search", 0, range(50), (-2, 0)),
        found_by("stream", 1, range(20, 60), (-1, 0)),
    )
    told = recall(49, 40, 30)
    assert told is not None
    for row in status.records(con, "story"):
        assert row["recall"] == {
            "routes": ["search", "stream"],
            "share": round(told.share, 4),
            "low": round(told.share_low, 4),
            "high": round(told.share_high, 4),
            "until": T0.isoformat(),
        }
        assert "search and stream together found an estimated 9" in lines(row)[-1]


def test_a_file_says_it_with_what_it_rests_on(
    con: DuckDBPyConnection, take: Take, home: Path
) -> None:
    out = home / "exports" / "recall.csv"
    export.recall_csv(con, Filters(topic="story"), out)
    assert out.read_bytes().count(b"\r\n") == 1
    assert out.read_bytes().startswith(b'"source","first_route"')
    take(
        found_by("search", 0, range(50), (-2, 0)),
        found_by("stream", 1, range(20, 60), (-1, 0)),
    )
    told = recall(49, 40, 30)
    assert told is not None
    export.recall_csv(con, Filters(topic="story"), out)
    (row,) = csv.DictReader(out.read_text(encoding="utf-8").splitlines())
    assert tuple(row) == export.RECALL_COLUMNS
    assert list(row.values()) == [
        *("bluesky", "search", "stream", "1.00", "2025-01-20T12:00:00Z", "49", "40", "30"),
        *(f"{share:.4f}" for share in (told.share, told.share_low, told.share_high)),
    ]


def test_what_only_one_route_covered_is_left_out(con: DuckDBPyConnection, take: Take) -> None:
    take(
        found_by("search", 0, range(100), (-3, -1), (-0.5, 0)),
        found_by("stream", 1, range(100), (-0.75, 0)),
    )
    (found,) = recalls(con, "story")
    assert found.time == HOUR / 2
    assert found.recall == recall(30, 30, 30)


def test_routes_that_share_no_time_or_too_few_posts_give_no_number(
    con: DuckDBPyConnection, take: Take
) -> None:
    take(found_by("search", 0, range(5), (-2, 0)))
    assert recalls(con, "story") == []
    take(found_by("stream", 1, range(5), (-2, 0)))
    (found,) = recalls(con, "story")
    assert found.recall is None
