"""``groundswell refresh``: looks again at what is stored, and lets go of what is gone."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import click

from collectors import SOURCES
from groundswell import home
from groundswell.commands.collect import STOPPED, exit_code, known_of
from groundswell.commands.options import home_option, json_option, on_terminal, print_json, say
from groundswell.commands.reading import reader
from groundswell.commands.regroup import regroup
from groundswell.errors import HomeIsOwned, WrongUse
from groundswell.home import Asked
from groundswell.locks import job_lock
from groundswell.recheck import recheck
from groundswell.run import Counts, Outcome, utc_now
from groundswell.settings import Settings
from groundswell.source import Stored
from groundswell.spool import Spool
from groundswell.topic import Topic, find
from groundswell.when import parse_when


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """The stored posts of one topic and source that were looked at last before ``before``."""

    topic: Topic
    source: str
    before: datetime


@click.command()
@click.argument("topics", nargs=-1, required=True)
@click.option("--source", "sources", multiple=True, help="Only this source (may be repeated).")
@click.option(
    "--older-than", help="Only posts not looked at since a date, or for an age such as 24h."
)
@home_option
@json_option
def refresh(
    topics: tuple[str, ...],
    sources: tuple[str, ...],
    older_than: str | None,
    settings: Settings,
    as_json: bool,
) -> None:
    """Asks the sources of TOPICS for every stored post again.

    Those not looked at for longest come first. What was deleted there is deleted here, what is
    hidden is hidden, what was edited is read anew, and likes and replies are counted again. A post
    that is only not found is hidden when that happens twice, two hours apart. Nothing is said of
    coverage.

    Example: groundswell refresh openai-deepseek --older-than 24h
    """
    now = utc_now()
    before = parse_when(older_than, now) if older_than is not None else now
    jobs = [
        _Job(topic=topic, source=source, before=before)
        for topic in (find(settings.home, slug) for slug in topics)
        for source in _chosen(topic, sources)
    ]
    outcomes, stopped = asyncio.run(_run_all(jobs, settings, quiet=as_json))
    if stopped:
        home.absorb(settings)
        say("Stopped; what was looked at is kept, and the next run goes on with the rest.")
    else:
        regroup(settings, [job.topic.slug for job in jobs], quiet=as_json)
    if as_json:
        print_json([_record(outcome) for outcome in outcomes])
    sys.exit(STOPPED if stopped else exit_code(outcomes))


def sentence(outcome: Outcome) -> str:
    """One line for people on what looking again has shown."""
    counts = outcome.counts
    said = [
        f"{number:,} {what}"
        for number, what in (
            (counts.posts, "still there"),
            (counts.deleted, "deleted"),
            (counts.hidden, "hidden by their site"),
            (counts.missing, "not found"),
            (counts.withheld, "withheld by their authors"),
            (counts.rejected, "set aside in quarantine"),
        )
        if number
    ]
    tail = {"ok": "complete.", "partial": "in part: ", "failed": "failed: "}[outcome.state]
    name = f"{outcome.topic}, {outcome.source}"
    return f"{name}: {', '.join(said) or 'nothing to look at'}; {tail}{outcome.message}"


def _chosen(topic: Topic, asked: Sequence[str]) -> list[str]:
    """Sources that can be asked for single posts: those named, else those of the topic. Two of a
    topic's may be ways to the same posts, as the stream and the search of a site are."""
    able = [name for name, kind in SOURCES.items() if hasattr(kind, "recheck")]
    for name in asked:
        if name not in able:
            raise WrongUse(
                f"Stored posts of “{name}” cannot be looked at again. Those of these can: "
                f"{', '.join(able)}."
            )
    named = (SOURCES[name].name for name in topic.sources if name in SOURCES)
    chosen = list(asked) or list(dict.fromkeys(name for name in named if name in able))
    if not chosen:
        raise WrongUse(
            f"{topic.slug} names no source whose posts can be looked at again ({', '.join(able)})."
        )
    return chosen


async def _run_all(
    jobs: Sequence[_Job], settings: Settings, *, quiet: bool
) -> tuple[list[Outcome], bool]:
    """The outcomes in the order of ``jobs``, and whether SIGTERM cut them short."""
    tasks = [asyncio.ensure_future(_run_one(job, settings, quiet)) for job in jobs]
    stopped = False

    def stop() -> None:
        nonlocal stopped
        stopped = True
        for task in tasks:
            task.cancel()

    with contextlib.suppress(NotImplementedError):  # not on Windows
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop)
    results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, asyncio.CancelledError):
            raise result
    return [result for result in results if isinstance(result, Outcome)], stopped


async def _run_one(job: _Job, settings: Settings, quiet: bool) -> Outcome:
    slug, source = job.topic.slug, job.source
    spool = Spool(settings.home, limit_bytes=settings.spool_limit_bytes)
    drawn = on_terminal() and not quiet
    try:
        with job_lock(settings.home, f"{slug}.{source}.refresh"):
            outcome = await recheck(
                SOURCES[source](settings),
                slug,
                _due(job, settings),
                spool,
                reader(settings, [job.topic]),
                progress=_drawer(job) if drawn else lambda _: None,
            )
    except HomeIsOwned as error:
        outcome = Outcome(
            topic=slug, source=source, state="failed", run_id="", counts=Counts(),
            reason=error.reason, message=str(error),
        )  # fmt: skip
    if not quiet:
        say(("\r" if drawn else "") + sentence(outcome), **known_of(outcome, "refreshed"))
    return outcome


def _due(job: _Job, settings: Settings) -> Iterator[list[Stored]]:
    asked = Asked(topic=job.topic.slug, source=SOURCES[job.source].name, before=job.before)
    return (page for page in home.due_rechecks(settings, asked) if page)


def _drawer(job: _Job) -> Callable[[Counts], None]:
    """A progress line that rewrites itself."""

    def draw(counts: Counts) -> None:
        looked = counts.posts + counts.deleted + counts.hidden + counts.missing
        click.echo(f"\r{job.source}: {looked:,} posts looked at ", err=True, nl=False)

    return draw


def _record(outcome: Outcome) -> dict[str, Any]:
    names = ("topic", "source", "state", "reason", "message", "run_id")
    return {name: getattr(outcome, name) for name in names} | asdict(outcome.counts)
