"""The schedule as a table and in words: what the page shows of each job."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pandas as pd

from dashboard.words import NOTHING, listed, moment, source_name
from groundswell.store.schedule_records import Record
from groundswell.timetable import Cron, Every

STATES = {
    "running": "running",
    "waiting": "waiting",
    "overdue": "due now",
    "paused": "paused",
    "down": "not running",
}
KINDS = {"collect": "Collect", "refresh": "Look again", "stream": "Live stream, all topics"}
TIMES = ("next", "started", "heartbeat")
COLUMNS = ("what", "state", "next", "when", "started", "heartbeat", "said")


def of_topic(jobs: Sequence[Record], topic: str) -> list[Record]:
    """The jobs that bring posts to ``topic``: its own, and the stream."""
    return [job for job in jobs if job["topic"] in (topic, None)]


def table(jobs: Sequence[Record]) -> pd.DataFrame:
    """``what, state, next, when, started, heartbeat, said``: one row a job. Times are UTC, NaT
    where there is none; ``said`` is what the last run said at its end."""
    rows = [_row(job) for job in jobs]
    shown = pd.DataFrame(rows, columns=list(COLUMNS))
    return shown.assign(**{name: pd.to_datetime(shown[name], utc=True) for name in TIMES})


def columns(jobs: Sequence[Record]) -> list[str]:
    """Columns to show: signs of life only while something runs."""
    running = any(job["state"] == "running" for job in jobs)
    return [name for name in COLUMNS if running or name != "heartbeat"]


def label(job: Record) -> str:
    """``Collect Hacker News, every 15 minutes``."""
    return f"{what(job)}, {when(job)}"


def what(job: Record) -> str:
    """``Collect Hacker News``."""
    named = listed([source_name(source) for source in job["sources"]])
    return f"{KINDS[job['kind']]} {named}".strip()


def when(job: Record) -> str:
    """``every 15 minutes``, ``at “30 2 * * *” in Europe/Berlin``, ``always``."""
    if job["every_s"]:
        return str(Every(period=timedelta(seconds=job["every_s"])))
    return str(Cron(line=job["cron"], zone=job["zone"])) if job["cron"] else "always"


def proposal(source: str, seconds: int) -> str:
    """``The terms of YouTube ask that stored posts be looked at again every 25 days, …``."""
    often = Every(period=timedelta(seconds=seconds))
    return (
        f"The terms of {source_name(source)} ask that stored posts be looked at again {often}, for "
        "what was deleted since. No job does it, since that costs money."
    )


def finding(jobs: Sequence[Record]) -> str:
    """``Schedule: 2 jobs, next at 29 Jan 2025, 14:05 UTC``."""
    if not jobs:
        return "Nothing is scheduled for this topic"
    number = f"{len(jobs)} job" + ("" if len(jobs) == 1 else "s")
    due = [job["next_run_at"] for job in jobs if job["next_run_at"]]
    if not due:
        return f"Schedule: {number}, none of them waiting"
    at = datetime.fromisoformat(min(due, key=datetime.fromisoformat))
    return f"Schedule: {number}, next at {moment(at.astimezone(UTC))}"


def _row(job: Record) -> list[str | None]:
    last = job["last"] or {}
    running = job["state"] == "running"
    return [
        what(job),
        STATES[job["state"]],
        job["next_run_at"],
        when(job),
        last.get("started_at"),
        last.get("heartbeat_at") if running else None,
        NOTHING if running or not last else said(last),
    ]


def said(last: Record) -> str:
    """What a run said at its end. Exit 3 is “in part”, which the words say themselves."""
    code = last["exit_code"]
    failed = f"Exit {code}: " if code not in (0, 3, None) else ""
    return f"{failed}{last['outcome'] or NOTHING}"
