"""Lines of a crontab; cron itself knows neither overlap nor what it missed."""

import shlex
import shutil
from collections.abc import Sequence
from pathlib import PurePosixPath

from groundswell.schedule.printed.calendar import line_of
from groundswell.schedule.printed.place import Place, what
from groundswell.store.jobs import Job

FLOCK = "/usr/bin/flock"
HEAD = """\
# Groundswell's schedule. Install: crontab -e, then paste.
# A run that is still going is not started again (flock). What was missed is made up for by the
# next run: it asks for all that is not covered yet. Do not run `groundswell serve` beside it
# without --no-schedule, or both will ask the sites.
"""
ZONES = """\
# Times below a CRON_TZ line are of that zone. Only the cron called cronie knows it; for another,
# write them in the machine's own zone instead.
"""


def files(jobs: Sequence[Job], place: Place) -> dict[str, str]:
    """``groundswell.crontab``: one line a job, in the order of zones."""
    lines = [(line_of(job), job) for job in jobs if job.kind != "stream"]
    text = HEAD + (ZONES if any(line.zone != "UTC" for line, _ in lines) else "")
    zone = None
    for line, job in sorted(lines, key=lambda pair: (pair[0].zone != "UTC", pair[0].zone)):
        if line.zone != zone and line.zone != "UTC":
            text += f"CRON_TZ={line.zone}\n"
        zone = line.zone
        note = f"; {line.note}" if line.note else ""
        text += f"# {what(job)}{note}\n{line.text} {_command(job, place)}\n"
    for job in jobs:
        if job.kind == "stream":
            text += f"# {what(job)}: started again within a minute of its end\n"
            text += f"* * * * * {_command(job, place)}\n"
    return {"groundswell.crontab": text}


def _command(job: Job, place: Place) -> str:
    """One line for ``/bin/sh``; cron turns a bare % into a new line."""
    lock = PurePosixPath(place.home) / f".cron.{job.name}.lock"
    words = [shutil.which("flock") or FLOCK, "-n", str(lock), *place.words(job)]
    return shlex.join(words).replace("%", r"\%")
