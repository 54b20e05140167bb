"""Waits: every form a site uses to say "later", and the forms that must not be believed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors._waits import backoff_s, is_spent, odd_reset_s, reset_wait_s, retry_after_s

NOW = datetime(2025, 2, 1, 12, 0, tzinfo=UTC)
IN_TWO_MINUTES = NOW + timedelta(seconds=120)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        ("120", 120.0),
        (" 120 ", 120.0),
        ("1.5", 1.5),
        ("Sat, 01 Feb 2025 12:02:00 GMT", 120.0),
        ("Saturday, 01-Feb-25 12:02:00 GMT", 120.0),
        ("Sat Feb  1 12:02:00 2025", 120.0),
        ("Sat, 01 Feb 2025 13:02:00 +0100", 120.0),
        ("2025-02-01T12:02:00Z", 120.0),
        ("7200", 7200.0),
    ],
)
def test_retry_after_is_understood_in_every_form(value: str, seconds: float) -> None:
    assert retry_after_s(value, NOW) == seconds


@pytest.mark.parametrize(
    "value",
    [None, "", "-5", "1e9", "1000000000", "nan", "inf", "soon", "Sat, 01 Feb 2025 11:00:00 GMT"],
)
def test_retry_after_that_cannot_be_meant_is_not_believed(value: str | None) -> None:
    assert retry_after_s(value, NOW) is None


@pytest.mark.parametrize("prefix", ["ratelimit", "x-ratelimit", "x-rate-limit"])
@pytest.mark.parametrize(
    "value", ["120", f"{IN_TWO_MINUTES.timestamp():.0f}", "2025-02-01T12:02:00.000000Z"]
)
def test_reset_header_is_epoch_or_seconds_left_or_iso_time(prefix: str, value: str) -> None:
    assert reset_wait_s({f"{prefix}-reset": value}, NOW) == 120.0


@pytest.mark.parametrize("seconds", [-3600, 0, 9, 901, 86_400])
def test_reset_header_outside_10_to_900_s_is_a_wrong_clock(seconds: int) -> None:
    epoch = f"{NOW.timestamp() + seconds:.0f}"
    assert reset_wait_s({"x-ratelimit-reset": epoch}, NOW) is None


@pytest.mark.parametrize(
    ("seconds", "odd"), [(-3600, True), (-5, False), (5, False), (900, False), (7200, True)]
)
def test_a_reset_outside_of_a_quarter_of_an_hour_is_odd(seconds: int, odd: bool) -> None:
    """T-X-4"""
    headers = {"x-rate-limit-reset": f"{NOW.timestamp() + seconds:.0f}"}
    assert odd_reset_s(headers, NOW) == (pytest.approx(seconds, abs=1) if odd else None)
    assert odd_reset_s({"x-ratelimit-reset": "86400"}, NOW) is None  # others have longer windows
    assert odd_reset_s({"x-rate-limit-reset": "soon"}, NOW) is None


def test_remaining_may_be_a_float_string() -> None:
    assert is_spent({"x-ratelimit-remaining": "0.0"})
    assert not is_spent({"x-ratelimit-remaining": "596.0"})
    assert not is_spent({"x-ratelimit-remaining": "many"})
    assert not is_spent({})


@given(st.text(max_size=40))
def test_no_header_value_breaks_the_parser(value: str) -> None:
    wait = retry_after_s(value, NOW)
    assert wait is None or 0 <= wait <= 86_400
    assert is_spent({"ratelimit-remaining": value}) in (True, False)


@given(st.integers(min_value=1, max_value=60))
def test_backoff_doubles_to_64_s_with_full_jitter(failures: int) -> None:
    assert 0 <= backoff_s(failures) <= min(64.0, 2.0 ** (failures - 1))
