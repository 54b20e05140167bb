"""When a job is due: every so often in UTC, or by a cron line in a named time zone."""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TypeAlias
from zoneinfo import ZoneInfo, available_timezones

from cronsim import CronSim, CronSimError

from groundswell.errors import WrongUse

LEAST = timedelta(minutes=1)
MOST = timedelta(days=31)
JITTER_SHARE = 0.1  # of the period: homes that ask the same site do not ask it at the same second
CRON_JITTER_MOST = timedelta(seconds=59)  # who writes 02:30 means that minute
CRON_SLACK = timedelta(days=1)
BOUNDS = "An interval lies between 1 minute and 31 days. Write one such as 15m."
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PERIOD = re.compile(r"(\d{1,5})\s*([mhdw])", re.IGNORECASE)
_UNIT = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Every:
    """Once in each ``period``, counted in UTC: no clock change concerns it."""

    period: timedelta

    def __str__(self) -> str:
        return f"every {_spelled(self.period)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cron:
    """At the minutes of a five-field cron ``line`` on the wall clocks of ``zone`` (IANA)."""

    line: str
    zone: str

    def __str__(self) -> str:
        return f"at “{self.line}” in {self.zone}"


Timing: TypeAlias = Every | Cron


def every(text: str) -> Every:
    """The interval ``text`` names: ``15m 6h 1d 1w``. Raises ``WrongUse`` below a minute, above 31
    days, and for anything else."""
    said = _PERIOD.fullmatch(text.strip())
    if said is None:
        raise WrongUse(f"“{text}” is not an interval. Write one such as 15m, 6h or 1d.")
    return Every(period=_within(int(said[1]) * _UNIT[said[2].lower()]))


def every_s(seconds: float) -> Every:
    """The interval of ``seconds``, held to the same bounds. Raises ``WrongUse``."""
    if not LEAST.total_seconds() <= seconds <= MOST.total_seconds():  # not a number neither
        raise WrongUse(BOUNDS)
    return Every(period=timedelta(seconds=seconds))


def cron(line: str, zone: str) -> Cron:
    """A cron line in a zone. Raises ``WrongUse`` for a line that is none or never comes, and for a
    zone that is not in the IANA database."""
    if zone not in _zones():
        raise WrongUse(f"“{zone}” is not a time zone. Write one such as Europe/Berlin, or UTC.")
    tidy = " ".join(line.split())
    if len(tidy.split(" ")) != 5:
        raise WrongUse(
            f"“{line}” is not a cron line: it has five fields, minute hour day month weekday, as "
            'in "30 2 * * *".'
        )
    try:
        next(CronSim(tidy, _EPOCH))
    except (CronSimError, StopIteration) as error:
        why = str(error) or "it never comes"
        raise WrongUse(
            f"“{line}” is not a cron line ({why}). Five fields, minute hour day month weekday, "
            'as in "30 2 * * *".'
        ) from None
    return Cron(line=tidy, zone=zone)


def first_after(timing: Timing, job: str, moment: datetime) -> datetime:
    """The first time, in UTC, strictly after ``moment`` at which ``job`` is due.

    It lies behind its slot by a jitter that is always the same for one ``job``: at most a tenth of
    the period, and with a cron line always inside the minute. A minute that a clock change repeats
    counts once; one that it skips comes as soon as there is one.
    """
    if isinstance(timing, Every):
        offset = _EPOCH + jitter(timing, job)
        return offset + timing.period * ((moment - offset) // timing.period + 1)
    return _first_minute(timing, job, moment)


def next_due(
    timing: Timing, job: str, *, created: datetime, last: datetime | None, now: datetime
) -> datetime:
    """When ``job`` is next due (UTC); before ``now`` when it is overdue.

    ``last`` is when it was last started, None: never, and then an interval is due at once. Not how
    many times were missed but only that some were: a sleeping machine makes up with one run, and
    the one after it comes half a period later at the soonest. A ``last`` far in the future is of a
    clock that was wrong, and does not hold the job up.
    """
    if isinstance(timing, Every):
        if last is None:
            return min(created, now)
        ran = min(last, now) if last - now > timing.period else last
        return first_after(timing, job, ran + timing.period / 2)
    basis = last or created
    return first_after(timing, job, now if basis - now > CRON_SLACK else basis)


def jitter(timing: Every, job: str) -> timedelta:
    """How far behind its slots ``job`` comes: from 0 to a tenth of the period."""
    return timing.period * JITTER_SHARE * _share(job)


@cache
def _zones() -> frozenset[str]:
    """Read once: it takes 9 ms, and a server reads its schedule every second."""
    return frozenset(available_timezones())


def _within(period: timedelta) -> timedelta:
    if not LEAST <= period <= MOST:
        raise WrongUse(BOUNDS)
    return period


def _first_minute(timing: Cron, job: str, moment: datetime) -> datetime:
    zone = ZoneInfo(timing.zone)
    before = moment.astimezone(UTC) - 2 * CRON_JITTER_MOST
    minutes = CronSim(timing.line, before.astimezone(zone))
    slot = next(minutes).astimezone(UTC)
    while True:
        following = next(minutes).astimezone(UTC)
        due = slot + min(CRON_JITTER_MOST, (following - slot) * JITTER_SHARE) * _share(job)
        if due > moment:
            return due
        slot = following


def _share(job: str) -> float:
    """From 0 to below 1, always the same for one job."""
    return int.from_bytes(hashlib.sha256(job.encode()).digest()[:6], "big") / 2**48


def _spelled(period: timedelta) -> str:
    seconds = int(period.total_seconds())
    for unit, name in ((604_800, "week"), (86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds % unit == 0:
            number = seconds // unit
            return name if number == 1 else f"{number} {name}s"
    return f"{seconds} seconds"
