"""Agents of launchd, the scheduler of macOS: one property list a job."""

import plistlib
from collections.abc import Sequence
from itertools import product
from typing import Any

from groundswell.errors import WrongUse
from groundswell.schedule.printed.calendar import day_rules, fields_of, line_of
from groundswell.schedule.printed.place import Place, what
from groundswell.store.jobs import Job
from groundswell.timetable import Every

LABEL = "org.groundswell"
MOST_TIMES = 400
NAMES = ("Minute", "Hour", "Day", "Month", "Weekday")
HEAD = """\
<!-- {what}{zone}.
     Install: save as LABEL.plist, with the Label below, in ~/Library/LaunchAgents, then
     launchctl bootstrap gui/$UID ~/Library/LaunchAgents/LABEL.plist
     What was missed asleep comes once after waking. -->
"""


def files(jobs: Sequence[Job], place: Place) -> dict[str, str]:
    """``org.groundswell.<job>.plist`` for each job."""
    return {f"{LABEL}.{job.name}.plist": _text(job, place) for job in jobs}


def _text(job: Job, place: Place) -> str:
    log = f"{place.home}/logs/launchd.{job.name}.log"
    agent: dict[str, Any] = {
        "Label": f"{LABEL}.{job.name}",
        "ProgramArguments": place.words(job),
        "ProcessType": "Background",
        "StandardOutPath": log,
        "StandardErrorPath": log,
        **_when(job),
    }
    text = plistlib.dumps(agent, sort_keys=False).decode()
    begin = text.index("<plist")
    zone = "" if job.timing is None or isinstance(job.timing, Every) else _zone(job)
    head = HEAD.format(what=what(job).replace("--", "- -"), zone=zone)  # XML forbids -- here
    return text[:begin] + head + text[begin:]


def _when(job: Job) -> dict[str, Any]:
    if job.timing is None:
        return {"KeepAlive": True, "RunAtLoad": True, "ThrottleInterval": 15}
    if isinstance(job.timing, Every):
        return {"StartInterval": int(job.timing.period.total_seconds())}
    return {"StartCalendarInterval": _times(job)}


def _times(job: Job) -> list[dict[str, int]]:
    fields = fields_of(job, line_of(job))
    times = [
        {name: value for name, value in zip(NAMES, values, strict=True) if value is not None}
        for days, weekdays in day_rules(fields)
        for values in product(
            *(
                given or (None,)
                for given in (fields.minutes, fields.hours, days, fields.months, weekdays)
            )
        )
    ]
    if len(times) > MOST_TIMES:
        raise WrongUse(
            f"{job.name} comes at {len(times)} times, which launchd must have one by one. Give it "
            "an interval with --every."
        )
    return times


def _zone(job: Job) -> str:
    return f", {job.timing}; launchd takes the times as those of the machine's own zone"
