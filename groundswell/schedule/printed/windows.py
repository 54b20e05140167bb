"""Tasks of the Windows Task Scheduler, as XML of its schema 1.2; one a job."""

import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import product
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from groundswell.errors import WrongUse
from groundswell.schedule.printed.calendar import day_rules, fields_of, line_of
from groundswell.schedule.printed.place import Place, what
from groundswell.store.jobs import Job
from groundswell.timetable import JITTER_SHARE, Every

NAMESPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"
MOST_TRIGGERS = 48  # of one task
DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
INSTALL = (
    "Install in PowerShell: Register-ScheduledTask -TaskName '{name}' "
    "-Xml (Get-Content -Raw '{name}.xml')"
)


def files(jobs: Sequence[Job], place: Place) -> dict[str, str]:
    """``groundswell-<job>.xml`` for each job."""
    return {f"groundswell-{job.name}.xml": _text(job, place) for job in jobs}


def _text(job: Job, place: Place) -> str:
    task = Element("Task", version="1.2", xmlns=NAMESPACE)
    about = SubElement(task, "RegistrationInfo")
    _leaf(about, "Description", f"Groundswell: {what(job)}{_zone(job)}. {_install(job)}")
    _triggers(SubElement(task, "Triggers"), job)
    _settings(SubElement(task, "Settings"), job, place)
    program, *words = place.words(job)
    action = SubElement(SubElement(task, "Actions"), "Exec")
    _leaf(action, "Command", program)
    _leaf(action, "Arguments", subprocess.list2cmdline(words))
    ElementTree.indent(task)
    return f'<?xml version="1.0"?>\n{ElementTree.tostring(task, encoding="unicode")}\n'


def _triggers(triggers: Element, job: Job) -> None:
    if job.timing is None:
        _leaf(SubElement(triggers, "LogonTrigger"), "Enabled", "true")
    elif isinstance(job.timing, Every):
        trigger = SubElement(triggers, "TimeTrigger")
        _leaf(trigger, "Enabled", "true")
        _leaf(trigger, "StartBoundary", "2025-01-01T00:00:00Z")
        every = SubElement(trigger, "Repetition")
        _leaf(every, "Interval", _duration(job.timing.period))
        _leaf(trigger, "RandomDelay", _duration(job.timing.period * JITTER_SHARE))
    else:
        _at_times(triggers, job)


def _at_times(triggers: Element, job: Job) -> None:
    fields = fields_of(job, line_of(job))
    hours, minutes = fields.hours or range(24), fields.minutes or range(60)
    rules = day_rules(fields)
    number = len(rules) * len(hours) * len(minutes)
    if number > MOST_TRIGGERS:
        raise WrongUse(
            f"{job.name} comes at {number} times a day, and a task of Windows has at most "
            f"{MOST_TRIGGERS}. Give it an interval with --every."
        )
    for (days, weekdays), hour, minute in product(rules, hours, minutes):
        trigger = SubElement(triggers, "CalendarTrigger")
        _leaf(trigger, "Enabled", "true")
        start = datetime(2025, 1, 1, hour, minute, tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%S")
        _leaf(trigger, "StartBoundary", start + _utc_mark(job))
        _leaf(trigger, "RandomDelay", "PT59S")
        _on_days(trigger, days, weekdays, fields.months)


def _on_days(
    trigger: Element, days: Sequence[int], weekdays: Sequence[int], months: Sequence[int]
) -> None:
    if days and weekdays:
        raise WrongUse("Windows knows days of the month or of the week, not both in one.")
    if weekdays and months:
        raise WrongUse("Windows cannot keep days of the week to some months.")
    if weekdays:
        weekly = SubElement(trigger, "ScheduleByWeek")
        _leaf(weekly, "WeeksInterval", "1")
        _names(weekly, "DaysOfWeek", [DAYS[day] for day in weekdays])
    elif days or months:
        monthly = SubElement(trigger, "ScheduleByMonth")
        listed = SubElement(monthly, "DaysOfMonth")
        for day in days or range(1, 32):
            _leaf(listed, "Day", str(day))
        _names(monthly, "Months", [MONTHS[month - 1] for month in months or range(1, 13)])
    else:
        _leaf(SubElement(trigger, "ScheduleByDay"), "DaysInterval", "1")


def _settings(settings: Element, job: Job, place: Place) -> None:
    forever = job.timing is None
    limit = timedelta(0) if forever else timedelta(seconds=place.time_limit_s)
    _leaf(settings, "MultipleInstancesPolicy", "IgnoreNew")
    _leaf(settings, "DisallowStartIfOnBatteries", "false")
    _leaf(settings, "StopIfGoingOnBatteries", "false")
    _leaf(settings, "StartWhenAvailable", "true")
    _leaf(settings, "RunOnlyIfNetworkAvailable", "true")
    _leaf(settings, "ExecutionTimeLimit", _duration(limit))
    if forever:
        restart = SubElement(settings, "RestartOnFailure")
        _leaf(restart, "Interval", "PT1M")
        _leaf(restart, "Count", "255")


def _leaf(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text


def _names(parent: Element, name: str, chosen: Sequence[str]) -> None:
    listed = SubElement(parent, name)
    for one in chosen:
        SubElement(listed, one)


def _duration(period: timedelta) -> str:
    return f"PT{max(0, int(period.total_seconds()))}S"


def _utc_mark(job: Job) -> str:
    return "Z" if line_of(job).zone == "UTC" else ""


def _zone(job: Job) -> str:
    if job.timing is None or line_of(job).zone == "UTC":
        return ""
    return f", {job.timing}, if the machine's own zone is that one"


def _install(job: Job) -> str:
    return INSTALL.format(name=f"groundswell-{job.name}")
