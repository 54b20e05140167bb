"""``groundswell collect``: asks each source of a topic once and hands over what it said."""

import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import click

from collectors import SOURCES
from groundswell import home
from groundswell.commands.options import home_option, json_option, on_terminal, print_json, say
from groundswell.commands.reading import reader
from groundswell.commands.regroup import regroup
from groundswell.coverage import Coverage, Span
from groundswell.disk import refuse_nearly_full
from groundswell.errors import GroundswellError, HomeIsOwned, StateError, WrongUse
from groundswell.locks import job_lock
from groundswell.run import Counts, Outcome, utc_now
from groundswell.run import collect as run_collect
from groundswell.settings import Settings
from groundswell.source import Ask
from groundswell.spool import Covered, Spool
from groundswell.topic import Topic, find
from groundswell.when import parse_when

DEFAULT_AGE = timedelta(days=7)  # for a topic that does not say since when
STOPPED = 128 + signal.SIGTERM


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One source asked for one topic."""

    topic: Topic
    source: str
    span: Span
    limit: int | None


@click.command()
@click.argument("topics", nargs=-1, required=True)
@click.option("--source", "sources", multiple=True, help="Only this source (may be repeated).")
@click.option("--since", help="Date, date-time or age such as 7d; default: the topic's own.")
@click.option("--until", help="Date, date-time or age; default: the topic's own, else now.")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many posts per source.")
@home_option
@json_option
def collect(
    topics: tuple[str, ...],
    sources: tuple[str, ...],
    since: str | None,
    until: str | None,
    limit: int | None,
    settings: Settings,
    as_json: bool,
) -> None:
    """Collects the posts of TOPICS once: only what is not covered yet.

    Example: groundswell collect openai-deepseek --source hackernews --since 2025-01-27
    """
    now = utc_now()
    jobs = [
        Job(topic=topic, source=source, span=span_of(topic, since, until, now), limit=limit)
        for topic in (find(settings.home, slug) for slug in topics)
        for source in _chosen(topic, sources)
    ]
    refuse_nearly_full(settings.home, settings.least_free_bytes)
    outcomes, stopped = _run_all(jobs, settings, now, quiet=as_json)
    if stopped:
        home.absorb(settings)
    else:
        regroup(settings, [job.topic.slug for job in jobs], quiet=as_json)
    if stopped:
        say("Stopped; what was read is kept, and the next run goes on from there.")
    if as_json:
        print_json([_record(outcome) for outcome in outcomes])
    sys.exit(STOPPED if stopped else exit_code(outcomes))


def exit_code(outcomes: Sequence[Outcome]) -> int:
    """0 all complete; 1 nothing could be read; 3 something was kept, with gaps or a failure."""
    states = {outcome.state for outcome in outcomes}
    if states <= {"ok"}:
        return 0
    return 1 if states == {"failed"} else 3


def sentence(outcome: Outcome) -> str:
    """One line for people on how a source did."""
    counts = outcome.counts
    kept = f"{outcome.source}: {counts.posts:,} posts from {counts.pages:,} pages"
    asides = [
        f"{number:,} {what}"
        for number, what in (
            (counts.dropped, "did not fit the query"),
            (counts.rejected, "set aside in quarantine"),
            (counts.deleted, "deleted"),
            (counts.hidden, "hidden by their site"),
            (counts.missing, "not found again"),
            (counts.withheld, "withheld by their authors"),
        )
        if number
    ]
    tail = {"ok": "complete. ", "partial": "in part: ", "failed": "failed: "}[outcome.state]
    aside = f" ({', '.join(asides)})" if asides else ""
    return f"{kept}{aside}; {tail}{outcome.message}".rstrip()


def known_of(outcome: Outcome, event: str) -> dict[str, Any]:
    """What a log tells of ``outcome`` besides its sentence."""
    return {
        "event": event,
        "level": logging.INFO if outcome.state == "ok" else logging.WARNING,
        "topic": outcome.topic,
        "source": outcome.source,
        "run": outcome.run_id or None,
        "state": outcome.state,
        "reason": outcome.reason,
        "posts": outcome.counts.posts,
    }


def _chosen(topic: Topic, asked: Sequence[str]) -> list[str]:
    known = [name for name in SOURCES if name != "import"]
    wanted = list(asked) or [name for name in topic.sources if name in known]
    unknown = [name for name in topic.sources if name not in known]
    for name in asked:
        if name not in known:
            raise WrongUse(f"“{name}” is not a source. Known: {', '.join(known)}.")
    if not wanted:
        raise WrongUse(
            f"{topic.slug} names no source that this version knows. Add [sources.hackernews] to "
            f"{topic.path} (known: {', '.join(known)})."
        )
    if unknown and not asked:
        say(f"{topic.slug}: this version knows no source {', '.join(unknown)}; left out.")
    return wanted


def span_of(topic: Topic, since: str | None, until: str | None, now: datetime) -> Span:
    """The time to collect, as asked, else as the topic says. Raises ``WrongUse`` where that is
    none."""
    start = parse_when(since, now) if since is not None else topic.since or now - DEFAULT_AGE
    end = min(parse_when(until, now) if until is not None else topic.until or now, now)
    if start >= end:
        raise WrongUse(
            f"Nothing to collect for {topic.slug}: the period {start:%Y-%m-%d %H:%M} to "
            f"{end:%Y-%m-%d %H:%M} UTC is empty or lies in the future."
        )
    return start, end


def _run_all(
    jobs: Sequence[Job], settings: Settings, now: datetime, *, quiet: bool
) -> tuple[list[Outcome], bool]:
    """The outcomes in the order of ``jobs``, and whether SIGTERM cut them short."""
    states = _states(jobs, settings)

    async def all_jobs() -> tuple[list[Outcome], bool]:
        tasks = [
            asyncio.ensure_future(_run_one(job, settings, state, now, quiet))
            for job, state in zip(jobs, states, strict=True)
        ]
        stop = asyncio.Event()
        with contextlib.suppress(NotImplementedError):  # not on Windows
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
        watch = asyncio.ensure_future(_cancel_on(stop, tasks))
        results = await asyncio.gather(*tasks, return_exceptions=True)
        watch.cancel()
        for result in results:
            if isinstance(result, BaseException) and not isinstance(result, asyncio.CancelledError):
                raise result
        return [r for r in results if isinstance(r, Outcome)], stop.is_set()

    return asyncio.run(all_jobs())


def _states(jobs: Sequence[Job], settings: Settings) -> list[home.RouteState]:
    """What is covered already. Not knowing it costs requests, never posts: repeats are one row."""
    routes = [(job.topic.slug, SOURCES[job.source].name, SOURCES[job.source].route) for job in jobs]
    try:
        return home.route_states(settings, routes)
    except HomeIsOwned as error:
        say(f"{error} Collecting without knowing what is covered already.")
        return [home.RouteState(cursor=None, covered=()) for _ in jobs]


async def _cancel_on(stop: asyncio.Event, tasks: Sequence[asyncio.Future[Outcome]]) -> None:
    """Asks every run to write its last batch and end."""
    await stop.wait()
    for task in tasks:
        task.cancel()


async def _run_one(
    job: Job, settings: Settings, state: home.RouteState, now: datetime, quiet: bool
) -> Outcome:
    ask = Ask(
        topic=job.topic,
        span=job.span,
        now=now,
        known=[covered.window for covered in state.covered],
        known_by=_by_instance(state.covered),
        cursor=state.cursor,
        limit=job.limit,
    )
    spool = Spool(settings.home, limit_bytes=settings.spool_limit_bytes)
    draw = _drawer(job) if on_terminal() and not quiet else _ignore
    try:
        with job_lock(settings.home, f"{job.topic.slug}.{job.source}"):
            collector = SOURCES[job.source](settings)
            outcome = await run_collect(
                collector,
                ask,
                spool,
                reader(settings, [job.topic]),
                progress=draw,
                look_for_room=partial(refuse_nearly_full, settings.home, settings.least_free_bytes),
            )
    except (HomeIsOwned, StateError) as error:  # the other sources go on
        outcome = _failed(job, error)
    if not quiet:
        say(("\r" if on_terminal() else "") + sentence(outcome), **known_of(outcome, "collected"))
    return outcome


def _by_instance(covered: Sequence[Covered]) -> dict[str, list[Coverage]]:
    found: dict[str, list[Coverage]] = {}
    for one in covered:
        if one.instance is not None:
            found.setdefault(one.instance, []).append(one.window)
    return found


def _failed(job: Job, error: GroundswellError) -> Outcome:
    return Outcome(
        topic=job.topic.slug,
        source=job.source,
        state="failed",
        run_id="",
        counts=Counts(),
        reason=error.reason,
        message=str(error),
    )


def _ignore(counts: Counts) -> None:
    """Draws nothing."""


def _drawer(job: Job) -> Any:
    """A progress line that rewrites itself."""

    def draw(counts: Counts) -> None:
        line = f"\r{job.source}: {counts.pages:,} pages, {counts.posts:,} posts "
        click.echo(line, err=True, nl=False)

    return draw


def _record(outcome: Outcome) -> dict[str, Any]:
    counts = asdict(outcome.counts)
    return {
        "topic": outcome.topic,
        "source": outcome.source,
        "state": outcome.state,
        "reason": outcome.reason,
        "message": outcome.message,
        "run_id": outcome.run_id,
        **counts,
        "gaps": [
            {
                "from": gap.window.start,
                "to": gap.window.end,
                "status": gap.window.status,
                "reason": gap.window.reason,
                "instance": gap.instance,
            }
            for gap in outcome.gaps
        ],
    }
