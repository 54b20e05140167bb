"""When a job is due: through both clock changes, jumping clocks, and never twice for one minute."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundswell.errors import WrongUse
from groundswell.timetable import (
    CRON_JITTER_MOST,
    JITTER_SHARE,
    Cron,
    Every,
    cron,
    every,
    every_s,
    first_after,
    next_due,
)

BERLIN = ZoneInfo("Europe/Berlin")
NIGHTLY = Cron(line="30 2 * * *", zone="Europe/Berlin")
LINES = ["30 2 * * *", "*/15 * * * *", "0 0 * * 1", "5,35 8-18 * * 1-5", "0 0 1 * *", "* * * * *"]
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"]

moments = st.datetimes(
    min_value=datetime(2020, 1, 1),  # noqa: DTZ001  # Hypothesis adds the zone
    max_value=datetime(2031, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
jobs = st.text("abcdefgh.-", min_size=1, max_size=20)
periods = st.integers(60, 31 * 86_400).map(lambda s: Every(period=timedelta(seconds=s)))
crons = st.builds(Cron, line=st.sampled_from(LINES), zone=st.sampled_from(ZONES))


def runs(timing: Every | Cron, start: datetime, end: datetime, job: str = "j") -> list[datetime]:
    """Every time it is due in a period, asked again each time from the time before."""
    found, at = [], start
    while (at := first_after(timing, job, at)) < end:
        found.append(at)
    return found


@given(moments, jobs, periods)
def test_an_interval_comes_once_in_each_period(at: datetime, job: str, timing: Every) -> None:
    first = first_after(timing, job, at)
    assert at < first <= at + timing.period
    assert first_after(timing, job, first) - first == timing.period


@given(moments, jobs, periods)
def test_the_jitter_of_an_interval_is_its_own_and_at_most_a_tenth(
    at: datetime, job: str, timing: Every
) -> None:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    offset = (first_after(timing, job, at) - epoch) % timing.period
    assert offset <= timing.period * JITTER_SHARE + timedelta(microseconds=1)
    later = (first_after(timing, job, at + 5 * timing.period) - epoch) % timing.period
    assert abs(offset - later) <= timedelta(microseconds=1)


@given(moments, jobs, crons)
def test_a_cron_minute_comes_once_and_the_order_holds(at: datetime, job: str, timing: Cron) -> None:
    first = first_after(timing, job, at)
    second = first_after(timing, job, first)
    assert at < first < second
    assert first.replace(second=0, microsecond=0) != second.replace(second=0, microsecond=0)
    wall = first.astimezone(ZoneInfo(timing.zone))
    assert timedelta(seconds=wall.second, microseconds=wall.microsecond) <= CRON_JITTER_MOST
    assert first - first.replace(second=0, microsecond=0) <= (second - first) * 0.12


@given(moments, jobs, crons | periods, st.integers(0, 10**6))
def test_asking_later_never_gives_an_earlier_time(
    at: datetime, job: str, timing: Every | Cron, seconds: int
) -> None:
    later = at + timedelta(seconds=seconds)
    assert first_after(timing, job, at) <= first_after(timing, job, later)


def test_half_past_two_comes_once_on_the_night_the_clocks_go_back() -> None:
    found = runs(NIGHTLY, datetime(2025, 10, 25, tzinfo=UTC), datetime(2025, 10, 28, tzinfo=UTC))
    local = [at.astimezone(BERLIN) for at in found]
    assert [(at.day, at.hour, at.minute) for at in local] == [(25, 2, 30), (26, 2, 30), (27, 2, 30)]


def test_half_past_two_comes_once_on_the_night_that_has_none() -> None:
    found = runs(NIGHTLY, datetime(2025, 3, 29, tzinfo=UTC), datetime(2025, 4, 1, tzinfo=UTC))
    days = [at.astimezone(BERLIN).day for at in found]
    assert days == [29, 30, 31]


@pytest.mark.parametrize(
    "night", [datetime(2025, 3, 30, tzinfo=UTC), datetime(2025, 10, 26, tzinfo=UTC)]
)
def test_quarters_of_an_hour_are_even_through_both_changes(night: datetime) -> None:
    quarters = Cron(line="*/15 * * * *", zone="Europe/Berlin")
    found = runs(quarters, night, night + timedelta(hours=6))
    assert {b - a for a, b in zip(found, found[1:], strict=False)} == {timedelta(minutes=15)}
    assert len(found) in (23, 24)


def test_a_job_that_never_ran_is_due_at_once_and_a_cron_line_at_its_time() -> None:
    created = datetime(2025, 6, 1, 12, tzinfo=UTC)
    now = created + timedelta(minutes=1)
    assert next_due(every("1d"), "j", created=created, last=None, now=now) == created
    due = next_due(NIGHTLY, "j", created=created, last=None, now=now)
    assert due.astimezone(BERLIN).strftime("%d %H:%M") == "02 02:30"


def test_a_night_asleep_is_made_up_with_one_run() -> None:
    quarterly = every("15m")
    slept = datetime(2025, 6, 1, 22, tzinfo=UTC)
    woke = slept + timedelta(hours=9)
    due = next_due(quarterly, "j", created=slept, last=slept, now=woke)
    assert due <= woke
    again = next_due(quarterly, "j", created=slept, last=woke, now=woke)
    assert woke + timedelta(minutes=7) < again <= woke + timedelta(minutes=23)


@given(moments, jobs, periods, st.integers(0, 40))
def test_runs_on_time_keep_to_the_slots(
    created: datetime, job: str, timing: Every, late_s: int
) -> None:
    late = min(timing.period / 4, timedelta(seconds=late_s))
    slot = first_after(timing, job, created)
    for _ in range(3):
        ran = slot + late
        due = next_due(timing, job, created=created, last=ran, now=ran)
        assert due - slot == timing.period
        slot = due


@pytest.mark.parametrize("timing", [every("15m"), NIGHTLY])
def test_a_clock_set_back_a_little_repeats_nothing(timing: Every | Cron) -> None:
    created = datetime(2025, 6, 1, tzinfo=UTC)
    ran = first_after(timing, "j", created + timedelta(days=3))
    due = next_due(timing, "j", created=created, last=ran, now=ran - timedelta(minutes=5))
    assert due > ran


@pytest.mark.parametrize("timing", [every("15m"), NIGHTLY])
def test_a_clock_that_was_a_year_ahead_does_not_stop_the_job_for_a_year(
    timing: Every | Cron,
) -> None:
    now = datetime(2025, 6, 1, tzinfo=UTC)
    wrong = now + timedelta(days=365)
    due = next_due(timing, "j", created=now, last=wrong, now=now)
    assert now < due <= now + timedelta(days=1, minutes=1)


@pytest.mark.parametrize(
    ("text", "period"),
    [("15m", timedelta(minutes=15)), (" 6H ", timedelta(hours=6)), ("1w", timedelta(weeks=1))],
)
def test_an_interval_is_read(text: str, period: timedelta) -> None:
    assert every(text) == Every(period=period)


@pytest.mark.parametrize("text", ["", "15", "m", "0m", "-5m", "32d", "5 parsecs", "99999w"])
def test_what_is_no_interval_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(WrongUse, match="15m"):
        every(text)


def test_seconds_are_held_to_the_same_bounds() -> None:
    assert every_s(900) == every("15m")
    for seconds in (59, -1, 1e300, float("nan"), float("inf")):
        with pytest.raises(WrongUse, match="1 minute"):
            every_s(seconds)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "30 2 * *",
        "0 30 2 * * *",
        "61 2 * * *",
        "x 2 * * *",
        "0 0 31 2 *",
        "@daily",
        "1-0 * * * *",
    ],
)
def test_what_is_no_cron_line_is_refused_with_an_example(line: str) -> None:
    with pytest.raises(WrongUse, match=r"30 2 \* \* \*"):
        cron(line, "UTC")


@pytest.mark.parametrize("zone", ["", "Berlin", "../etc/passwd", "Europe/Nowhere"])
def test_a_zone_must_be_known(zone: str) -> None:
    with pytest.raises(WrongUse, match="Europe/Berlin"):
        cron("30 2 * * *", zone)


def test_a_cron_line_is_kept_tidy_and_words_say_when() -> None:
    assert cron(" 30  2 * * * ", "Europe/Berlin") == NIGHTLY
    assert str(NIGHTLY) == "at “30 2 * * *” in Europe/Berlin"
    assert [str(every(t)) for t in ("1h", "90m", "2w")] == [
        "every hour",
        "every 90 minutes",
        "every 2 weeks",
    ]
