"""What the sources themselves say of schedules: which can be on one, and how often."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from collectors import SOURCES
from groundswell.errors import WrongUse
from groundswell.schedule.paces import missing
from groundswell.source import Capabilities
from groundswell.store.schedule_records import Record
from groundswell.timetable import Every
from groundswell.topic import Topic

NEVER = ("import", "jetstream")  # files are not asked again; the stream never ends
RECHECK = timedelta(days=1)  # where the terms of a source name no interval


def chosen(topic: Topic, asked: Sequence[str], *, refresh: bool) -> list[str]:
    """The sources ``asked`` for, else those of ``topic``, that can be collected, or looked at
    again, on a schedule. Raises ``WrongUse`` that lists the ones that can."""
    known = [name for name in SOURCES if name not in NEVER]
    able = [name for name in known if not refresh or hasattr(SOURCES[name], "recheck")]
    for name in asked:
        if name not in able:
            what = "looked at again" if refresh and name in known else "scheduled"
            raise WrongUse(f"“{name}” cannot be {what}. Sources that can: {', '.join(able)}.")
    wanted = list(dict.fromkeys(asked)) or [name for name in topic.sources if name in able]
    if not wanted:
        raise WrongUse(
            f"{topic.slug} names no source for that. Name one with --source: {', '.join(able)}."
        )
    return wanted


def interval(source: str, *, refresh: bool) -> timedelta:
    """How often ``source`` is collected, or looked at again, unless told otherwise."""
    able: Capabilities = SOURCES[source].capabilities
    return (able.recheck_every or RECHECK) if refresh else able.collect_every


def paces() -> list[Record]:
    """``source, every_s, recheck_every_s, paid`` of each source; ``recheck_every_s`` is None where
    its terms ask for nothing, or it cannot look again."""
    return [_pace(name, SOURCES[name]) for name in SOURCES if name not in NEVER]


def proposals(topic: str, jobs: Sequence[Record]) -> list[str]:
    """What the terms of sources that ``jobs`` collect for ``topic`` ask for and nobody does, with
    the command that does it.

    A server enters by itself what costs no money; other schedulers have to be told.
    """
    by_source = {row["source"]: row for row in paces()}
    return [_proposal(topic, row) for row in missing(by_source, jobs, topic)]


def _proposal(topic: str, row: Record) -> str:
    often = Every(period=timedelta(seconds=row["recheck_every_s"]))
    who = (
        "It costs money and is not done unasked:"
        if row["paid"]
        else ("`groundswell serve` adds that job by itself; without it:")
    )
    return (
        f"The terms of {row['source']} ask that stored posts be looked at again {often}. {who} "
        f"groundswell schedule add {topic} --refresh --source {row['source']}"
    )


def _pace(name: str, source: type[Any]) -> Record:
    able: Capabilities = source.capabilities
    again = able.recheck_every if hasattr(source, "recheck") else None
    return {
        "source": name,
        "every_s": int(able.collect_every.total_seconds()),
        "recheck_every_s": int(again.total_seconds()) if again else None,
        "paid": able.paid,
    }
