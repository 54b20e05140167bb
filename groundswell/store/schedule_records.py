"""The schedule as plain records, and edits of it in plain words: for scripts, routes and pages."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias

from groundswell.errors import WrongUse
from groundswell.store import jobs
from groundswell.store.jobs import Job, JobRun, Kind, Standing
from groundswell.store.reading import Cursor
from groundswell.timetable import Cron, Every

Record: TypeAlias = dict[str, Any]
Board: TypeAlias = dict[str, Any]
Said: TypeAlias = Mapping[str, Any]
ADDED: dict[str, Kind] = {"collect": "collect", "refresh": "refresh"}
VERBS = ("add", "remove", "pause", "resume")


def board(cur: Cursor) -> Board:
    """``{runs, troubles, jobs}``: whether somebody runs the schedule, what keeps it from being
    kept, and a record for each job."""
    now = datetime.now(UTC)
    return {
        "runs": False,
        "troubles": [],
        "jobs": [record(one, now) for one in jobs.board(cur, now)],
    }


def record(standing: Standing, now: datetime) -> Record:
    """``name, kind, topic, sources, every_s, cron, zone, enabled, created_at, state, next_run_at,
    last``. ``state`` is running, paused, overdue, waiting or, of the stream, down. Times are ISO
    8601 in UTC."""
    job, last = standing.job, standing.last
    return plain(job) | {
        "state": _state(standing, now),
        "next_run_at": standing.next_due and standing.next_due.isoformat(),
        "last": last and _run(last),
    }


def next_run_of(records: Sequence[Record], topic: str, source: str) -> str | None:
    """When ``source`` is collected for ``topic`` next; None when nothing is scheduled."""
    due = [
        str(job["next_run_at"])
        for job in records
        if job["next_run_at"] and jobs.collects(job_of(job), topic, source)
    ]
    return min(due, key=datetime.fromisoformat, default=None)


def plain(job: Job) -> Record:
    """What was asked of the job."""
    interval = job.timing if isinstance(job.timing, Every) else None
    line = job.timing if isinstance(job.timing, Cron) else None
    return {
        "name": job.name,
        "kind": job.kind,
        "topic": job.topic,
        "sources": list(job.sources),
        "every_s": int(interval.period.total_seconds()) if interval else None,
        "cron": line and line.line,
        "zone": line and line.zone,
        "enabled": job.enabled,
        "created_at": job.created_at.isoformat(),
    }


def job_of(said: Said) -> Job:
    """The job of a record."""
    when = said["every_s"], said["cron"], said["zone"]
    return Job(
        name=said["name"],
        kind=said["kind"],
        topic=said["topic"],
        sources=tuple(said["sources"]),
        timing=jobs.timing(*when) if any(when) else None,
        enabled=said["enabled"],
        created_at=datetime.fromisoformat(said["created_at"]),
    )


def edit(con: Cursor, verb: str, said: Said) -> Record:
    """Does one of ``VERBS``; the job as it is then, or was. ``said`` names the job (``name``), or,
    to add one, its ``kind``, ``topic``, ``sources`` and ``every_s`` or ``cron`` and ``zone``.
    Raises ``WrongUse``."""
    if verb == "add":
        return plain(jobs.add(con, _new_job(said)))
    name = _text(said, "name")
    if verb == "remove":
        return plain(jobs.remove(con, name))
    if verb in ("pause", "resume"):
        return plain(jobs.enable(con, name, enabled=verb == "resume"))
    raise WrongUse(f"The schedule can {', '.join(VERBS)}.")


def _new_job(said: Said) -> Job:
    kind, sources, every = said.get("kind"), said.get("sources", []), said.get("every_s")
    if not isinstance(kind, str) or kind not in ADDED:
        raise WrongUse("A job's kind is collect or refresh.")
    if not isinstance(sources, list) or not all(isinstance(name, str) for name in sources):
        raise WrongUse("The sources of a job are a list of names.")
    if every is not None and (isinstance(every, bool) or not isinstance(every, int | float)):
        raise WrongUse("An interval is a number of seconds.")
    when = jobs.timing(every, _text_or_none(said, "cron"), _text_or_none(said, "zone"))
    now = datetime.now(UTC)
    return jobs.make_job(ADDED[kind], _text(said, "topic"), sources, when, now=now)


def _text(said: Said, name: str) -> str:
    value = _text_or_none(said, name)
    if value is None:
        raise WrongUse(f"{name} is missing.")
    return value


def _text_or_none(said: Said, name: str) -> str | None:
    value = said.get(name)
    if value is not None and not isinstance(value, str):
        raise WrongUse(f"{name} is not text.")
    return value


def _state(standing: Standing, now: datetime) -> str:
    if standing.last is not None and standing.last.ended_at is None:
        return "running"
    if not standing.job.enabled:
        return "paused"
    if standing.next_due is None:
        return "down"
    return "overdue" if standing.next_due <= now else "waiting"


def _run(run: JobRun) -> Record:
    return {
        "started_at": run.started_at.isoformat(),
        "heartbeat_at": run.heartbeat_at.isoformat(),
        "ended_at": run.ended_at and run.ended_at.isoformat(),
        "exit_code": run.exit_code,
        "outcome": run.outcome,
        "pid": run.pid,
        "refused": run.refused,
        "refused_at": run.refused_at and run.refused_at.isoformat(),
    }
