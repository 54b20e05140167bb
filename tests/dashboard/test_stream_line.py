"""What the page of sources says of the live stream, from what the stream left of itself."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dashboard.stream_line import said

NOW = datetime(2025, 1, 29, 14, tzinfo=UTC)


def beat(**changes: Any) -> dict[str, Any]:
    told = {
        "state": "ok",
        "written_at": NOW - timedelta(seconds=4),
        "topics": ["story"],
        "events": 1_234_567,
        "posts": 1,
        "host": "jetstream.example",
        "lag_s": 2.4,
        "trouble": None,
    }
    return told | changes


def test_a_stream_that_is_heard_says_how_late_and_how_much() -> None:
    line, is_well = said(beat(), "story", NOW) or ("", False)
    assert is_well
    assert "jetstream.example is heard, 2 seconds behind; 1,234,567 events and 1 post" in line


@pytest.mark.parametrize(
    ("changes", "words", "is_well"),
    [
        ({"state": "stopped", "written_at": NOW - timedelta(hours=3)}, "stopped 3 hours ago", True),
        ({"state": "paused"}, "disk is nearly full", False),
        ({"written_at": NOW - timedelta(minutes=9)}, "last sign of life 9 minutes ago", False),
        ({"state": "trouble", "trouble": "It [broke](x)."}, "Live stream: It [broke](x).", False),
        ({"host": None, "lag_s": None, "events": None}, "no host is heard, 0 seconds", True),
        ({"written_at": NOW + timedelta(minutes=1)}, "is heard", True),
    ],
)
def test_what_is_not_well_is_told(changes: dict[str, Any], words: str, is_well: bool) -> None:
    line, well = said(beat(**changes), "story", NOW) or ("", None)
    assert words in line
    assert well is is_well


def test_of_a_topic_that_is_not_followed_nothing_is_said() -> None:
    assert said(beat(), "other", NOW) is None
    assert said(beat(topics=None), "story", NOW) is None
    assert said(None, "story", NOW) is None
