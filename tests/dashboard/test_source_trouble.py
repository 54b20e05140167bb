"""What the page of sources says of those that are down."""

from datetime import UTC, datetime

import pandas as pd

from dashboard.source_trouble import sentences

GOOD = datetime(2025, 1, 29, 9, 10, tzinfo=UTC)


def health(*rows: tuple[str, str, datetime | None, str | None]) -> pd.DataFrame:
    """Rows of (source, state, last good run, why)."""
    frame = pd.DataFrame(list(rows), columns=["source", "state", "last_ok_at", "message"])
    return frame.assign(last_ok_at=pd.to_datetime(frame["last_ok_at"], utc=True))


def test_only_sources_that_are_down_are_named() -> None:
    assert sentences(health(("rss", "ok", GOOD, None), ("x", "partial", GOOD, "a gap"))) == []


def test_it_says_since_when_why_and_what_follows() -> None:
    assert sentences(health(("hackernews", "failing", GOOD, "it answered 503."))) == [
        "Hacker News: the last run read nothing, no good run since 29 Jan 2025, 09:10 UTC. "
        "Reason: it answered 503. What was missed is asked for again with the next run."
    ]


def test_a_site_that_says_no_and_never_said_why() -> None:
    assert sentences(health(("rss", "closed", None, None))) == [
        "News feeds: the site refused the last run, no good run yet. Reason: none was given. "
        "Check its key and its settings: it says no to what it is asked as it is."
    ]
