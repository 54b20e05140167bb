"""What was not read: windows that failed and time that nobody asked for, never what was read."""

from datetime import datetime

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from dashboard.unread import NEVER_ASKED, unread
from tests.dashboard.charts.frames import HOUR, START


def coverage(*rows: tuple[str, int, int, str]) -> pd.DataFrame:
    """Rows of (source, from hour, to hour, status) as ``questions.coverage`` gives them."""
    frame = pd.DataFrame(list(rows), columns=["source", "first", "last", "status"])
    times = {
        "start": pd.to_datetime([START + h * HOUR for h in frame["first"]], utc=True),
        "end": pd.to_datetime([START + h * HOUR for h in frame["last"]], utc=True),
    }
    told = frame.assign(**times, instance=None, route="search", found=0, dropped=0)
    return told.assign(reason=told["status"].replace({"complete": "", "gap": "no answer"}))


def at(hour: int) -> datetime:
    return START + hour * HOUR


def stretches(table: pd.DataFrame) -> list[tuple[str, int, int, str]]:
    """Rows of (source, from hour, to hour, reason)."""
    rows = table[["source", "start", "end", "reason"]].to_numpy()
    return [
        (source, int((start - START) / HOUR), int((end - START) / HOUR), reason)
        for source, start, end, reason in rows
    ]


def test_a_window_that_failed_is_unread_and_cut_to_the_period() -> None:
    windows = coverage(("rss", -5, 2, "gap"), ("rss", 2, 10, "complete"))
    assert stretches(unread(windows, ["rss"], at(0), at(8))) == [("rss", 0, 2, "no answer")]


def test_time_that_nobody_asked_for_is_unread() -> None:
    windows = coverage(("rss", 2, 4, "complete"), ("rss", 6, 7, "truncated"))
    assert stretches(unread(windows, ["rss"], at(0), at(8))) == [
        ("rss", 0, 2, NEVER_ASKED),
        ("rss", 4, 6, NEVER_ASKED),
        ("rss", 6, 7, "truncated"),
        ("rss", 7, 8, NEVER_ASKED),
    ]


def test_what_another_route_read_is_read() -> None:
    search = coverage(("bluesky", 0, 3, "complete"), ("bluesky", 3, 8, "gap"))
    stream = coverage(("bluesky", 0, 2, "gap"), ("bluesky", 4, 7, "complete"))
    windows = pd.concat([search, stream.assign(route="stream")])
    assert stretches(unread(windows, ["bluesky"], at(0), at(8))) == [
        ("bluesky", 3, 4, "no answer"),
        ("bluesky", 7, 8, "no answer"),
    ]


def test_what_one_server_read_says_nothing_of_another() -> None:
    one = coverage(("mastodon", 0, 8, "gap")).assign(instance="one.example")
    other = coverage(("mastodon", 0, 8, "complete")).assign(instance="two.example", route="other")
    windows = pd.concat([one, other])
    assert stretches(unread(windows, ["mastodon"], at(0), at(8))) == [
        ("mastodon", 0, 8, "no answer")
    ]


def test_imported_files_without_windows_are_unknown_not_unread() -> None:
    assert unread(coverage(), ["import"], at(0), at(8)).empty


def test_only_the_sources_shown_count() -> None:
    windows = coverage(("rss", 0, 8, "gap"), ("bluesky", 0, 8, "complete"))
    assert unread(windows, ["bluesky"], at(0), at(8)).empty


WINDOWS = st.lists(
    st.tuples(
        st.just("rss"),
        st.integers(-5, 15),
        st.integers(1, 10),
        st.sampled_from(["complete", "gap", "truncated"]),
    ).map(lambda w: (w[0], w[1], w[1] + w[2], w[3])),
    min_size=1,
    max_size=6,
)


@given(WINDOWS)
def test_every_hour_is_read_or_unread(windows: list[tuple[str, int, int, str]]) -> None:
    table = stretches(unread(coverage(*windows), ["rss"], at(0), at(10)))
    for hour in range(10):
        touched = [status for _, first, last, status in windows if first <= hour < last]
        listed = any(first <= hour < last for _, first, last, _ in table)
        assert listed == (set(touched) != {"complete"})
