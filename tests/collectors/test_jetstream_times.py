"""The times of many events, read at once, are those read one by one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.jetstream.events import NEVER, microseconds, microseconds_each

usual = st.datetimes().map(lambda t: t.strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0"))
odd = st.sampled_from(
    [
        *(NEVER, "", "2025-02-30T00:00:00.000000Z", "2025-01-29T24:00:00.000000Z"),
        *("2025-01-29T00:00:00.000000+", "2025-01-29T00:00:00.000Z", "2025-01-29 00:00:00.000000Z"),
        *("2025-01-29T00:00:00.00000٣Z", "2025-01-29T00:00:60.000000Z", "2025-01-29T00:00:00Z"),
        *("2025-01-29T02:00:00+02:00", "0000-00-00T00:00:00.000000Z", "later than all the others"),
    ]
)


@given(st.lists(usual, max_size=20) | st.lists(usual | odd, max_size=6))
def test_many_at_once_are_each_alone(times: list[str]) -> None:
    assert microseconds_each(times) == [microseconds(time) for time in times]


@pytest.mark.parametrize("time", ["2025-01-29T23:59:59.999999Z", "2024-02-29T00:00:00.000001Z"])
def test_no_microsecond_is_rounded_away(time: str) -> None:
    (us,) = microseconds_each([time])
    assert us == microseconds(time)
    assert us % 10 == int(time[25])
