"""Units of systemd: a timer and a service for each job, for the user's own manager."""

from collections.abc import Sequence

from groundswell.schedule.printed.calendar import day_rules, fields_of, line_of
from groundswell.schedule.printed.place import Place, what
from groundswell.store.jobs import Job
from groundswell.timetable import JITTER_SHARE, Every

DAYS = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
HEAD = """\
# Install: save beside the others in ~/.config/systemd/user, then
#   systemctl --user daemon-reload && systemctl --user enable --now {unit}
#   loginctl enable-linger    (so that it also runs while you are logged out)
"""


def files(jobs: Sequence[Job], place: Place) -> dict[str, str]:
    """A ``.service`` and, for all but the stream, a ``.timer`` for each job."""
    units: dict[str, str] = {}
    for job in jobs:
        name = f"groundswell-{job.name}"
        if job.kind == "stream":
            units[f"{name}.service"] = _stream(job, place)
        else:
            units |= {f"{name}.service": _once(job, place), f"{name}.timer": _timer(job)}
    return units


def _timer(job: Job) -> str:
    line = line_of(job)
    note = f"# {line.note}\n" if line.note else ""
    calendar = "".join(f"OnCalendar={entry}\n" for entry in calendars(job))
    return f"""\
{HEAD.format(unit=f"groundswell-{job.name}.timer")}{note}[Unit]
Description=Groundswell: {what(job)}

[Timer]
{calendar}Persistent=true
RandomizedDelaySec={_delay_s(job)}
FixedRandomDelay=true

[Install]
WantedBy=timers.target
"""


def _once(job: Job, place: Place) -> str:
    """Exit 3 is “done in part, what was collected is kept”."""
    return f"""\
[Unit]
Description=Groundswell: {what(job)}

[Service]
Type=oneshot
ExecStart={command(place.words(job))}
SuccessExitStatus=3
TimeoutStartSec={place.time_limit_s:.0f}
MemoryMax={place.memory_bytes}
Nice=5
"""


def _stream(job: Job, place: Place) -> str:
    return f"""\
{HEAD.format(unit=f"groundswell-{job.name}.service")}[Unit]
Description=Groundswell: {what(job)}

[Service]
ExecStart={command(place.words(job))}
Restart=always
RestartSec=15
MemoryMax={place.memory_bytes}

[Install]
WantedBy=default.target
"""


def calendars(job: Job) -> list[str]:
    """``OnCalendar`` values; one of several is enough."""
    line = line_of(job)
    fields = fields_of(job, line)
    times = f"{_listed(fields.hours)}:{_listed(fields.minutes)}:00"
    return [
        " ".join(
            [
                *([",".join(DAYS[day] for day in weekdays)] if weekdays else []),
                f"*-{_listed(fields.months)}-{_listed(days)}",
                times,
                line.zone,
            ]
        )
        for days, weekdays in day_rules(fields)
    ]


def command(words: Sequence[str]) -> str:
    """Words of an ``ExecStart``, where %, $ and quotes mean something."""
    return " ".join(_quoted(word) for word in words)


def _quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"'


def _delay_s(job: Job) -> int:
    """The times carry the job's own minutes already; the rest of a minute is for systemd."""
    if isinstance(job.timing, Every):
        return max(1, min(60, int(job.timing.period.total_seconds() * JITTER_SHARE)))
    return 59


def _listed(values: Sequence[int]) -> str:
    return ",".join(f"{value:02d}" for value in values) or "*"
