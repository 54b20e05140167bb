"""The schedule in words, for the terminal."""

from datetime import datetime, timedelta

from groundswell.store.schedule_records import Record
from groundswell.timetable import Cron, Every


def line(job: Record) -> str:
    """A job, its state, its next and last run; times in UTC."""
    said, last = f"{job['name']}: {when(job)}; {job['state']}", job["last"]
    if last is not None and last["ended_at"] is None:
        said += (
            f" since {minute(last['started_at'])} (process {last['pid']}, last sign of life "
            f"{minute(last['heartbeat_at'])})"
        )
    if job["next_run_at"]:
        said += f", next {minute(job['next_run_at'])}"
    if last is None:
        return f"{said}; never run"
    if last["ended_at"] is None:
        return said
    code = "" if last["exit_code"] in (0, None) else f", exit {last['exit_code']}"
    return f"{said}; last {minute(last['started_at'])}{code}: {last['outcome']}"


def when(job: Record, key: str = "every_s") -> str:
    """How often: ``every 15 minutes``, ``at “30 2 * * *” in Europe/Berlin``, ``always``."""
    if job[key]:
        return str(Every(period=timedelta(seconds=job[key])))
    return str(Cron(line=job["cron"], zone=job["zone"])) if job.get("cron") else "always"


def minute(moment: str) -> str:
    """An ISO time to the minute."""
    return f"{datetime.fromisoformat(moment):%Y-%m-%d %H:%M} UTC"
