"""``groundswell import``: own data from CSV, JSON Lines and Parquet files."""

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from collectors.file_import import FileImport, ImportPlan, plan
from groundswell.commands.collect import exit_code, sentence
from groundswell.commands.options import home_option, json_option, print_json, say
from groundswell.commands.reading import backlog_reader
from groundswell.commands.regroup import regroup
from groundswell.errors import WrongUse
from groundswell.locks import job_lock
from groundswell.post import EARLIEST_PLAUSIBLE
from groundswell.run import Outcome, utc_now
from groundswell.run import collect as run_collect
from groundswell.scoring.prepared import PostKey, knowing
from groundswell.scoring.score import Reading
from groundswell.settings import Settings
from groundswell.source import Ask
from groundswell.spool import Spool
from groundswell.topic import Topic, find


@click.command("import")
@click.argument("topic")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--map", "pairs", multiple=True, help="column=field, overrides the guess.")
@click.option("--zone", help="Time zone of times without one, such as Europe/Berlin.")
@click.option("--origin", help="Name of the source when the file does not say, such as survey.")
@home_option
@json_option
def import_files(
    topic: str,
    files: tuple[Path, ...],
    pairs: tuple[str, ...],
    zone: str | None,
    origin: str | None,
    settings: Settings,
    as_json: bool,
) -> None:
    """Imports posts from FILES into TOPIC; what does not fit its query is counted and left out.

    Example: groundswell import openai-deepseek survey.csv --map comment=text --zone UTC
    """
    found, mapping = find(settings.home, topic), read_pairs(pairs)
    for path in files if not as_json else ():
        for line in plan_lines(plan(path, mapping, zone, origin=origin)):
            say(line)
    source = FileImport(settings, files=files, mapping=mapping, zone=zone, origin=origin)
    outcome = take(found, source, settings)
    regroup(settings, [found.slug], quiet=as_json)
    if as_json:
        print_json(_record(outcome))
    else:
        say(sentence(outcome))
    sys.exit(exit_code([outcome]))


def take(
    topic: Topic,
    source: FileImport,
    settings: Settings,
    known: Mapping[PostKey, Reading] | None = None,
) -> Outcome:
    """Scores the posts of ``source`` on all cores and leaves them in the spool; those whose reading
    is ``known`` are not read."""
    now = utc_now()
    ends = min(topic.until, now) if topic.until else now
    ask = Ask(topic=topic, span=(topic.since or EARLIEST_PLAUSIBLE, ends), now=now)
    spool = Spool(settings.home, limit_bytes=settings.spool_limit_bytes)
    with job_lock(settings.home, f"{topic.slug}.import"), backlog_reader(settings, [topic]) as read:
        return asyncio.run(run_collect(source, ask, spool, knowing(known or {}, read)))


def plan_lines(planned: ImportPlan) -> list[str]:
    """What an import will do, column by column, so that a wrong guess is seen before it counts."""
    how = [planned.format, planned.encoding, planned.delimiter and f"“{planned.delimiter}”"]
    known = f", an export of {planned.layout}" if planned.layout else ""
    head = f"{planned.path.name}: {', '.join(part for part in how if part)}{known}"
    columns = [
        f"  {column.name} → {column.field or '(left out)'}   e.g. {' | '.join(column.samples)}"
        for column in planned.columns
    ]
    return [head, *columns, *(f"  note: {warning}" for warning in planned.warnings)]


def read_pairs(pairs: tuple[str, ...]) -> Mapping[str, str]:
    """``("comment=text",)`` as ``{"comment": "text"}``. Raises ``WrongUse`` for anything else."""
    mapping: dict[str, str] = {}
    for pair in pairs:
        column, equals, field = pair.rpartition("=")
        if not (column and equals and field):
            raise WrongUse(f"“{pair}” is not column=field. Write for example --map comment=text.")
        mapping[column] = field
    return mapping


def _record(outcome: Outcome) -> dict[str, Any]:
    counts = outcome.counts
    return {
        "topic": outcome.topic,
        "posts": counts.posts,
        "dropped": counts.dropped,
        "quarantined": counts.rejected,
        "deleted": counts.deleted,
    }
