"""When a job comes, as the five fields that other schedulers know."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cronsim import CronSim

from groundswell.errors import WrongUse
from groundswell.store.jobs import Job
from groundswell.timetable import Cron, Every, every_s, jitter

_MINUTES = (30, 20, 15, 12, 10, 6, 5, 4, 3, 2, 1)  # what divides an hour evenly
_HOURS = (12, 8, 6, 4, 3, 2, 1)
_ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """Minutes, hours, days, months and weekdays (0 is Sunday) at which a job comes; empty: all.
    ``either_day``: a day counts when its date or its weekday does."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[int, ...]
    months: tuple[int, ...]
    weekdays: tuple[int, ...]
    either_day: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Five cron fields in a zone; ``note`` says, for people, in what they differ from the job."""

    text: str
    zone: str
    note: str | None = None


def line_of(job: Job) -> Line:
    """The cron line of a job that comes at times. An interval that does not divide hours and days
    evenly comes more often, which costs little: what is covered is not asked again."""
    if isinstance(job.timing, Cron):
        return Line(text=job.timing.line, zone=job.timing.zone)
    if not isinstance(job.timing, Every):
        raise WrongUse(f"{job.name} does not come at times: it runs always.")
    period = job.timing.period
    said = _longest(period)
    offset = int(jitter(every_s(said.total_seconds()), job.name).total_seconds() // 60)
    note = None if said == period else f"{Every(period=said)}: cron cannot say {job.timing}"
    return Line(text=_text(said, offset), zone="UTC", note=note)


def fields_of(job: Job, line: Line) -> Fields:
    """The fields of ``line``. Raises ``WrongUse`` for days such as “L”, the last of a month."""
    read = CronSim(line.text, _ANY_TIME)
    if any(not isinstance(day, int) for day in read.weekdays) or min(read.days) < 1:
        raise WrongUse(f"“{line.text}” of {job.name} names days that other schedulers do not know.")
    weekdays = {day % 7 for day in read.weekdays if isinstance(day, int)}
    return Fields(
        minutes=_unless_all(read.minutes, 60),
        hours=_unless_all(read.hours, 24),
        days=_unless_all(read.days, 31),
        months=_unless_all(read.months, 12),
        weekdays=_unless_all(weekdays, 7),
        either_day=not read.day_and,
    )


def day_rules(fields: Fields) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Days and weekdays that must both fit, for schedulers without an “either”."""
    if fields.either_day and fields.days and fields.weekdays:
        return [(fields.days, ()), ((), fields.weekdays)]
    return [(fields.days, fields.weekdays)]


def _longest(period: timedelta) -> timedelta:
    """The longest interval, not above ``period``, that cron can say."""
    for days in (7, 1):
        if period >= timedelta(days=days):
            return timedelta(days=days)
    steps = [timedelta(hours=step) for step in _HOURS] + [timedelta(minutes=s) for s in _MINUTES]
    return next(step for step in steps if step <= period)


def _text(period: timedelta, offset: int) -> str:
    """``offset`` minutes behind each slot, so that homes do not all ask at the full hour."""
    minutes = int(period.total_seconds() // 60)
    if minutes < 60:
        return f"{offset}-59/{minutes} * * * *" if offset else f"*/{minutes} * * * *"
    hour, minute = divmod(offset, 60)
    if minutes < 24 * 60:
        hours = f"{hour}-23/{minutes // 60}" if hour else f"*/{minutes // 60}"
        return f"{minute} {hours} * * *"
    return f"{minute} {hour} * * {'*' if minutes == 24 * 60 else 1}"


def _unless_all(values: set[int], size: int) -> tuple[int, ...]:
    return () if len(values) == size else tuple(sorted(values))
