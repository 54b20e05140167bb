"""The line on top of every page: as old as the oldest source that answers, no fresher."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from dashboard.health import by_source, is_stale, last_good, line

NOW = datetime(2025, 1, 29, 14, 13, tzinfo=UTC)
EIGHT_MIN = timedelta(minutes=8)


def sources(*rows: tuple[str, str, str], last_ok_at: datetime | None = None) -> pd.DataFrame:
    """Rows of (source, route, state), all with the same last good run."""
    frame = pd.DataFrame(list(rows), columns=["source", "route", "state"])
    return frame.assign(last_ok_at=pd.Series([last_ok_at] * len(rows), dtype="datetime64[us, UTC]"))


def windows(*rows: tuple[str, datetime, str]) -> pd.DataFrame:
    """Rows of (source, end, status); each window is an hour long."""
    frame = pd.DataFrame(list(rows), columns=["source", "end", "status"])
    frame["end"] = pd.to_datetime(frame["end"], utc=True)
    return frame.assign(start=frame["end"] - timedelta(hours=1))


def said(
    routes: pd.DataFrame,
    read: pd.DataFrame,
    declared: Sequence[str] = (),
    last_at: datetime | None = None,
) -> str:
    return line(routes, read, declared, last_at, NOW)


def test_all_is_well() -> None:
    routes = sources(("bluesky", "search", "ok"), ("hackernews", "search", "ok"))
    read = windows(
        ("bluesky", NOW - EIGHT_MIN, "complete"),
        ("hackernews", NOW, "complete"),
        ("hackernews", NOW - timedelta(days=3), "complete"),
    )
    assert said(routes, read) == (
        "Data through 29 Jan 2025, 14:05 UTC (8 min ago) · 2 of 2 sources healthy"
    )


def test_a_source_that_fails_does_not_hold_back_the_time_but_is_named() -> None:
    routes = sources(("bluesky", "search", "ok"), ("rss", "feed", "failing"))
    read = windows(
        ("bluesky", NOW - EIGHT_MIN, "complete"), ("rss", NOW - timedelta(days=9), "complete")
    )
    assert said(routes, read).endswith(
        "(8 min ago) · 1 of 2 sources healthy: news feeds failing (no good run yet)"
    )


def test_a_source_that_is_down_says_since_when() -> None:
    good = NOW - timedelta(hours=5)
    routes = sources(("bluesky", "search", "failing"), ("rss", "feed", "closed"), last_ok_at=good)
    assert said(routes, windows()).endswith(
        "0 of 2 sources healthy: Bluesky failing (no good run since 29 Jan 2025, 09:13 UTC) and "
        "news feeds closed by the site (no good run since 29 Jan 2025, 09:13 UTC)"
    )


def test_of_two_routes_that_are_down_the_older_good_run_counts() -> None:
    routes = sources(("bluesky", "search", "failing"), ("bluesky", "stream", "failing"))
    routes["last_ok_at"] = pd.to_datetime([NOW - EIGHT_MIN, NOW - timedelta(days=1)], utc=True)
    assert last_good(routes) == {"bluesky": NOW - timedelta(days=1)}
    routes["state"] = ["failing", "ok"]
    assert last_good(routes) == {"bluesky": NOW - EIGHT_MIN}


def test_a_window_that_was_not_read_does_not_make_data_fresh() -> None:
    routes = sources(("bluesky", "search", "partial"))
    read = windows(("bluesky", NOW, "gap"), ("bluesky", NOW - timedelta(hours=2), "complete"))
    assert "12:13 UTC (2 h ago) · 0 of 1 source healthy: Bluesky read in part" in said(routes, read)


def test_a_source_of_the_topic_that_never_ran_is_counted() -> None:
    routes = sources(("bluesky", "search", "ok"))
    read = windows(("bluesky", NOW, "complete"))
    assert said(routes, read, ["bluesky", "rss"]).endswith(
        "1 of 2 sources healthy: news feeds not asked yet"
    )


def test_nothing_complete_says_so() -> None:
    routes = sources(("bluesky", "search", "closed"))
    assert said(routes, windows()) == (
        "No source has been read completely yet · 0 of 1 source healthy: Bluesky closed by the "
        "site (no good run yet)"
    )


def test_imported_files_are_never_called_fresh() -> None:
    routes = sources(("import", "file", "ok"), ("bluesky", "file", "imported"))
    read = windows(("import", NOW, "complete"))
    assert said(routes, read, last_at=NOW - timedelta(days=1)) == (
        "Imported files, with posts up to 28 Jan 2025, 14:13 UTC"
    )


def test_nothing_at_all() -> None:
    assert said(sources(), windows(), ["bluesky"]) == "No source has been asked yet"


@pytest.mark.parametrize(
    ("states", "worst"),
    [(("ok", "failing"), "failing"), (("closed", "ok"), "closed"), (("ok", "new-word"), "partial")],
)
def test_a_source_is_as_well_as_its_worst_route(states: tuple[str, str], worst: str) -> None:
    first, second = states
    routes = sources(("bluesky", "search", first), ("bluesky", "stream", second))
    assert by_source(routes).to_dict() == {"bluesky": worst}


@pytest.mark.parametrize(
    ("age_h", "until_h", "stale"),
    [
        (23, None, False),
        (25, None, True),
        (25, 1, True),  # the topic goes on for an hour
        (25, -1, True),  # it ended an hour ago, and the day before was not read
        (25, -26, False),
    ],
)
def test_stale_is_what_should_have_been_read_a_day_ago(
    age_h: float, until_h: float | None, stale: bool
) -> None:
    read = windows(("bluesky", NOW - timedelta(hours=age_h), "complete"))
    until = None if until_h is None else NOW + timedelta(hours=until_h)
    assert is_stale(sources(("bluesky", "search", "ok")), read, until, NOW) is stale


def test_what_was_never_read_or_is_imported_is_not_stale() -> None:
    read = windows(("import", NOW - timedelta(days=9), "complete"))
    assert not is_stale(sources(("import", "file", "ok")), read, None, NOW)
    assert not is_stale(sources(), windows(), None, NOW)
    assert not is_stale(sources(("rss", "feed", "failing")), windows(), None, NOW)
