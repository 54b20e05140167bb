"""Times of files: what is read, in which zone, and what is refused because it could be two."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.file_import.moments import (
    NeedsZone,
    NotATime,
    Reckoning,
    day_first_in,
    moment,
    zone_of,
)

BERLIN = Reckoning(zone=zone_of("Europe/Berlin"))
NOON = datetime(2025, 1, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "2025-01-29T12:00:00Z",
        "2025-01-29 13:00:00+01:00",
        "2025-01-29 12:00:00+00",
        "2025-01-29T12:00:00.000000000Z",
        "2025/01/29 12:00:00+00:00",
        "2025-01-29 12:00:00 UTC",
        "Wed Jan 29 12:00:00 +0000 2025",
        "Wed, 29 Jan 2025 12:00:00 GMT",
        "January 29, 2025 12:00 PM UTC",
        1738152000,
        1738152000.0,
        "1738152000",
        "1738152000.0",
        1738152000000,
        "1738152000000000",
        "1738152000000000000",
    ],
)
def test_one_moment_written_many_ways(value: object) -> None:
    assert moment(value, Reckoning()) == NOON


@pytest.mark.parametrize(
    "value",
    ["2025-01-29 13:00", "20250129130000", "29.01.2025 13:00:00", "29 January 2025, 13:00"],
)
def test_times_without_offset_use_the_declared_zone(value: str) -> None:
    assert moment(value, BERLIN) == NOON
    with pytest.raises(NeedsZone):
        moment(value, Reckoning())


def test_the_declared_zone_follows_summer_time() -> None:
    assert moment("2025-07-29 14:00", BERLIN) == datetime(2025, 7, 29, 12, tzinfo=UTC)
    assert moment("2025-10-26 02:30", BERLIN) == datetime(2025, 10, 26, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("value", [None, "", "  ", "NaN", "N/A", "null", "undefined", float("nan")])
def test_an_empty_cell_is_no_time_and_no_error(value: object) -> None:
    assert moment(value, Reckoning()) is None


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("yesterday", "not a time"),
        ("29 January", "lacks"),
        ("January 2025", "lacks"),
        ("Wednesday 13:00", "lacks"),
        ("2025-02-30", "not a time"),
        ("31/02/2025", "not a day"),
        ("29 January 2025 14:00 CET", "no single offset"),
        ("45686.5", "day number"),
        ("17", "too small"),
        (True, "not a time"),
        ("0001-01-01T00:00:00", "outside the calendar"),
        ("9" * 30, "too large"),
        ("a" * 500, "not a time"),
    ],
)
def test_what_is_no_certain_time_is_refused_with_the_reason(value: object, said: str) -> None:
    reckoning = Reckoning(zone=timezone(timedelta(hours=14)), day_first=True)
    with pytest.raises(NotATime, match=said):
        moment(value, reckoning)


def test_the_order_of_day_and_month_comes_from_the_dates_themselves() -> None:
    assert day_first_in(["03/04/2025", "29/01/2025", None, 5]) is True
    assert day_first_in(["03/04/2025", "1/29/2025 3:04 PM"]) is False
    assert day_first_in(["2025-01-29", "29.01.2025"]) is None
    with pytest.raises(NotATime, match="can be two days"):
        day_first_in(["03/04/2025"])
    with pytest.raises(NotATime, match="some dates"):
        day_first_in(["29/01/2025", "01/29/2025"])


def test_a_known_order_reads_slashed_dates() -> None:
    day, month = (Reckoning(zone=UTC, day_first=first) for first in (True, False))
    assert moment("03/04/2025 1:02 PM", day) == datetime(2025, 4, 3, 13, 2, tzinfo=UTC)
    assert moment("03/04/2025 12:02 am", month) == datetime(2025, 3, 4, 0, 2, tzinfo=UTC)
    with pytest.raises(NotATime, match="can be two days"):
        moment("03/04/2025", Reckoning(zone=UTC))


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001  # Hypothesis wants naive bounds
def test_iso_and_epoch_agree(when: datetime) -> None:
    aware = when.replace(tzinfo=UTC, microsecond=when.microsecond // 1000 * 1000)
    in_ms = round(aware.timestamp() * 1000)
    assert moment(aware.isoformat(), Reckoning()) == aware
    assert moment(in_ms, Reckoning()) == moment(str(in_ms), Reckoning()) == aware


@given(st.text() | st.integers() | st.floats() | st.booleans())
def test_anything_is_a_time_in_utc_or_refused(value: object) -> None:
    with suppress(NotATime):
        found = moment(value, Reckoning(zone=UTC, day_first=True))
        assert found is None or found.utcoffset() == timedelta(0)
