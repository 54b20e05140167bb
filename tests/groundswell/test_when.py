"""Times as typed: every documented form, and a clear no for all others."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundswell.errors import WrongUse
from groundswell.when import parse_when

NOW = datetime(2025, 2, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-01-29", datetime(2025, 1, 29, tzinfo=UTC)),
        ("2025-01-29T14:00", datetime(2025, 1, 29, 14, tzinfo=UTC)),
        ("2025-01-29T14:00Z", datetime(2025, 1, 29, 14, tzinfo=UTC)),
        ("2025-01-29 14:00:05+09:00", datetime(2025, 1, 29, 5, 0, 5, tzinfo=UTC)),
        ("7d", NOW - timedelta(days=7)),
        ("12H", NOW - timedelta(hours=12)),
        (" 90 m ", NOW - timedelta(minutes=90)),
        ("2w", NOW - timedelta(days=14)),
    ],
)
def test_documented_forms(text: str, moment: datetime) -> None:
    assert parse_when(text, NOW) == moment


@pytest.mark.parametrize("text", ["", "yesterday", "7", "7y", "2025-13-01", "-3d", "999999w"])
def test_everything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(WrongUse, match="2025-01-29"):
        parse_when(text, NOW)


@given(st.datetimes(timezones=st.just(UTC)))
def test_iso_times_round_trip(moment: datetime) -> None:
    assert parse_when(moment.isoformat(), NOW) == moment
