"""The schedule: which jobs shall run and when, and what came of each run."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal, TypeAlias, get_args

from groundswell.errors import WrongUse
from groundswell.store.reading import Cursor
from groundswell.store.sql import question, step
from groundswell.text import clean_text
from groundswell.timetable import Cron, Every, Timing, cron, every_s, next_due
from groundswell.topic import is_slug

Kind: TypeAlias = Literal["collect", "refresh", "stream"]
STREAM = "stream"  # the job that follows the live stream for all topics that ask for it
RUNS_KEPT = 200  # of each job
OUTCOME_CAP_BYTES = 600
_SOURCE = re.compile(r"[a-z][a-z0-9_-]{0,31}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something to run: ``kind`` for ``topic`` (None: the stream) and ``sources`` (empty: all that
    the topic names), at ``timing`` (None: always, as the stream). ``name`` is unique."""

    name: str
    kind: Kind
    topic: str | None
    sources: tuple[str, ...]
    timing: Timing | None
    enabled: bool
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRun:
    """One start of a job. ``ended_at`` is None while it runs; ``exit_code`` below 0 names the
    signal that ended it, None: not known. ``outcome`` may quote sites: hostile. ``refused`` starts
    were due while it ran, the last at ``refused_at``."""

    run: str
    job: str
    started_at: datetime
    heartbeat_at: datetime
    ended_at: datetime | None
    exit_code: int | None
    outcome: str | None
    pid: int
    refused: int
    refused_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A job, its latest run (None: never started) and when it is due next (UTC, before now when it
    is overdue; None: paused, or not at times)."""

    job: Job
    last: JobRun | None
    next_due: datetime | None


def make_job(
    kind: Kind,
    topic: str,
    sources: Sequence[str],
    timing: Timing,
    *,
    now: datetime,
) -> Job:
    """A new job, named after what it does: ``story.hackernews``, ``story.refresh.reddit``. Raises
    ``WrongUse`` for a topic or source that could be none: the name is also that of its files."""
    chosen = tuple(dict.fromkeys(sources))
    if not is_slug(topic):
        raise WrongUse(f"“{clean_text(topic)[0]}” is not the name of a topic.")
    for source in chosen:
        if not _SOURCE.fullmatch(source):
            raise WrongUse(f"“{clean_text(source)[0]}” is not the name of a source.")
    words = [topic, *([] if kind == "collect" else [kind]), *(["-".join(chosen)] if chosen else [])]
    return Job(
        name=".".join(words),
        kind=kind,
        topic=topic,
        sources=chosen,
        timing=timing,
        enabled=True,
        created_at=now,
    )


def stream_job(now: datetime) -> Job:
    """The job that follows the live stream."""
    return Job(
        name=STREAM,
        kind="stream",
        topic=None,
        sources=(),
        timing=None,
        enabled=True,
        created_at=now,
    )


def timing(every: float | None, line: str | None, zone: str | None) -> Timing:
    """When, from seconds or a cron line with its zone (None: UTC). Raises ``WrongUse``."""
    if (every is None) == (line is None):
        raise WrongUse("Say how often with an interval or with a cron line: one of the two.")
    if every is not None and zone is not None:
        raise WrongUse("A time zone belongs to a cron line: an interval is the same everywhere.")
    return every_s(every) if every is not None else cron(line or "", zone or "UTC")


def jobs(cur: Cursor) -> list[Job]:
    """All jobs, by name."""
    return [_job(*row) for row in cur.execute(question("jobs")).fetchall()]


def runs(cur: Cursor, job: str | None = None, limit: int = 50) -> list[JobRun]:
    """The latest runs, of ``job`` or of all."""
    place = {"job": job, "limit": limit}
    return [_run(*row) for row in cur.execute(question("job_runs"), place).fetchall()]


def open_runs(cur: Cursor) -> list[JobRun]:
    """Runs whose end nobody has seen yet."""
    return [_run(*row) for row in cur.execute(question("open_job_runs")).fetchall()]


def board(cur: Cursor, now: datetime) -> list[Standing]:
    """How each job stands at ``now``, by name."""
    latest = [_run(*row) for row in cur.execute(question("last_job_runs")).fetchall()]
    last = {run.job: run for run in latest}
    return [_standing(job, last.get(job.name), now) for job in jobs(cur)]


def add(con: Cursor, job: Job) -> Job:
    """Enters ``job``. Raises ``WrongUse`` when one of its name is there."""
    same = next((one for one in jobs(con) if one.name == job.name), None)
    if same is not None:
        raise WrongUse(
            f"The schedule has {same.name} already ({same.timing or 'always'}). Remove it first: "
            f"groundswell schedule remove {same.name}"
        )
    con.execute(step("add_job"), _columns(job))
    return job


def remove(con: Cursor, name: str) -> Job:
    """Takes a job and its runs out of the schedule. Raises ``WrongUse`` when it is not there, and
    for the stream, which the topics ask for."""
    job = wanted(con, name)
    if job.kind == "stream":
        raise WrongUse(
            "The stream runs while a topic has [sources.jetstream]. Pause it, or take that out of "
            "the topic."
        )
    con.execute(step("drop_job"), {"job": name})
    con.execute(step("drop_job_runs"), {"job": name})
    return job


def enable(con: Cursor, name: str, *, enabled: bool) -> Job:
    """Lets a job run again (True) or pauses it. Raises ``WrongUse`` when it is not there."""
    job = wanted(con, name)
    con.execute(step("enable_job"), {"job": name, "enabled": enabled})
    return replace(job, enabled=enabled)


def wanted(cur: Cursor, name: str) -> Job:
    """The job ``name``. Raises ``WrongUse`` that lists those there are."""
    known = jobs(cur)
    found = next((job for job in known if job.name == name), None)
    if found is None:
        listed = ", ".join(job.name for job in known) or "none"
        raise WrongUse(f"The schedule has no job “{clean_text(name)[0]}”. Known: {listed}.")
    return found


def begin(con: Cursor, job: str, pid: int, at: datetime) -> str:
    """Books that ``job`` was started; the name of the run. Old runs are forgotten."""
    run = uuid.uuid4().hex
    con.execute(step("begin_job_run"), {"run": run, "job": job, "started_at": at, "pid": pid})
    con.execute(step("forget_old_job_runs"), {"job": job, "most": RUNS_KEPT})
    return run


def beat(con: Cursor, run: str, at: datetime) -> None:
    """Books a sign of life."""
    con.execute(step("beat_job_run"), {"run": run, "at": at})


def refuse(con: Cursor, run: str, at: datetime) -> None:
    """Books that a start was due while ``run`` went on, and is not made up for."""
    con.execute(step("refuse_job_run"), {"run": run, "at": at})


def end(con: Cursor, run: str, exit_code: int | None, outcome: str, at: datetime) -> None:
    """Books the end of a run. ``outcome`` is cleaned and cut."""
    said, _ = clean_text(outcome, cap_bytes=OUTCOME_CAP_BYTES)
    con.execute(
        step("end_job_run"), {"run": run, "exit_code": exit_code, "outcome": said, "at": at}
    )


def next_run_at(standings: Sequence[Standing], topic: str, source: str) -> datetime | None:
    """When ``source`` is collected for ``topic`` next (UTC), None when nothing is scheduled."""
    due = [one.next_due for one in standings if collects(one.job, topic, source)]
    return min((at for at in due if at is not None), default=None)


def collects(job: Job, topic: str, source: str) -> bool:
    """Whether ``job`` brings posts of ``source`` to ``topic``."""
    return (
        job.kind == "collect" and job.topic == topic and (not job.sources or source in job.sources)
    )


def _standing(job: Job, last: JobRun | None, now: datetime) -> Standing:
    if not job.enabled or job.timing is None:
        return Standing(job=job, last=last, next_due=None)
    due = next_due(
        job.timing,
        job.name,
        created=job.created_at,
        last=max(last.started_at, last.refused_at or last.started_at) if last else None,
        now=now,
    )
    return Standing(job=job, last=last, next_due=due)


def _columns(job: Job) -> dict[str, Any]:
    interval = job.timing if isinstance(job.timing, Every) else None
    line = job.timing if isinstance(job.timing, Cron) else None
    return {
        "job": job.name,
        "kind": job.kind,
        "topic": job.topic,
        "sources": list(job.sources),
        "every_s": int(interval.period.total_seconds()) if interval else None,
        "cron": line and line.line,
        "zone": line and line.zone,
        "enabled": job.enabled,
        "created_at": job.created_at,
    }


def _job(*row: Any) -> Job:
    name, kind, topic, sources, every, line, zone, enabled, created_at = row
    return Job(
        name=name,
        kind=_known_kind(kind),
        topic=topic,
        sources=tuple(sources),
        timing=timing(every, line, zone) if every is not None or line is not None else None,
        enabled=enabled,
        created_at=created_at.astimezone(UTC),
    )


def _known_kind(kind: str) -> Kind:
    return next(known for known in get_args(Kind) if known == kind)


def _run(*row: Any) -> JobRun:
    run, job, started_at, heartbeat_at, ended_at, exit_code, outcome, pid, refused, refused_at = row
    return JobRun(
        run=run,
        job=job,
        started_at=started_at.astimezone(UTC),
        heartbeat_at=heartbeat_at.astimezone(UTC),
        ended_at=ended_at and ended_at.astimezone(UTC),
        exit_code=exit_code,
        outcome=outcome,
        pid=pid,
        refused=refused,
        refused_at=refused_at and refused_at.astimezone(UTC),
    )
