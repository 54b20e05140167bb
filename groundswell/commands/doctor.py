"""``groundswell doctor``: what works now, what does not, and what to do about it."""

import asyncio
import shutil
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import click

from collectors import SOURCES
from groundswell import home
from groundswell.commands.options import home_option, json_option, print_json
from groundswell.disk import nearly_full
from groundswell.errors import GroundswellError, SourceError, WrongUse
from groundswell.settings import Settings
from groundswell.spool import Spool
from groundswell.tally import Tally, counting
from groundswell.topic import Topic, find

WORKS, NEEDS_KEY = "works now", "needs key"
# What the reason of an error means to somebody who wants to know whether a source works.
STATE_OF = {
    "needs_key": NEEDS_KEY,
    "login_refused": NEEDS_KEY,
    "closed": "closed",
    "rate_limited": "over quota",
    "budget": "over quota",
    "unreachable": "unreachable",
    "clock_wrong": "clock wrong",
}
BLOCKED = "blocked"  # something answers, but not the site as it is documented


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """How one thing is: ``state`` a stable few words, ``message`` for people."""

    what: str
    state: str
    message: str
    is_source: bool = True

    @property
    def is_well(self) -> bool:
        """Whether nothing need be done; a source without its key is none of the machine's ills."""
        return self.state in (WORKS, NEEDS_KEY)


@click.command()
@click.argument("topic", required=False)
@click.option("--source", "sources", multiple=True, help="Only this source (may be repeated).")
@home_option
@json_option
def doctor(topic: str | None, sources: tuple[str, ...], settings: Settings, as_json: bool) -> None:
    """Says what works: disk, database and each source, asked once; with TOPIC its own servers.

    Example: groundswell doctor openai-deepseek
    """
    chosen = find(settings.home, topic) if topic is not None else None
    names = _chosen(sources, chosen)
    with counting() as tally:
        of_sources = asyncio.run(check_all(names, settings, chosen))
    findings = [*_machine(settings), *_clock(tally), *of_sources]
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        width = max(len(finding.what) for finding in findings)
        for finding in findings:
            click.echo(f"{finding.what:<{width}}  {finding.state}: {finding.message}")
    sys.exit(exit_code(findings))


def exit_code(findings: Sequence[Finding]) -> int:
    """0 all well; 1 the machine is not; 3 a source is not."""
    ill = [finding for finding in findings if not finding.is_well]
    if not ill:
        return 0
    return 3 if all(finding.is_source for finding in ill) else 1


async def check_all(names: Sequence[str], settings: Settings, topic: Topic | None) -> list[Finding]:
    """How each of the sources ``names`` is, all asked side by side."""
    return await asyncio.gather(*(check(name, settings, topic) for name in names))


async def check(name: str, settings: Settings, topic: Topic | None) -> Finding:
    """How one source is, asked for as little as possible."""
    source = SOURCES[name]
    lacking = missing_keys(source.capabilities.needs, settings)
    if lacking:
        message = f"set {' and '.join(lacking)} in the environment or in {settings.home / '.env'}"
        return Finding(what=name, state=NEEDS_KEY, message=message)
    try:
        said = await source(settings).check(topic)
    except SourceError as error:
        return Finding(what=name, state=STATE_OF.get(error.reason, BLOCKED), message=str(error))
    except GroundswellError as error:
        return Finding(what=name, state="wrong use", message=str(error))
    return Finding(what=name, state=WORKS, message=said)


def missing_keys(needs: Sequence[str], settings: Settings) -> list[str]:
    """The environment variables among ``needs`` that are not set."""
    return [f"GROUNDSWELL_{name.upper()}" for name in needs if not getattr(settings, name)]


def _chosen(asked: Sequence[str], topic: Topic | None) -> list[str]:
    for name in asked:
        if name not in SOURCES:
            raise WrongUse(f"“{name}” is not a source. Known: {', '.join(SOURCES)}.")
    of_topic = [name for name in topic.sources if name in SOURCES] if topic else []
    return list(asked) or of_topic or list(SOURCES)


def _machine(settings: Settings) -> list[Finding]:
    findings = [_database(settings), _disk(settings), _spool(settings)]
    return [finding for finding in findings if finding is not None]


def _database(settings: Settings) -> Finding:
    try:
        rows = home.sources_status(settings)
    except GroundswellError as error:
        return _own("database", "broken", str(error))
    quarantined = sum({(r["topic"], r["source"]): r["quarantined"] for r in rows}.values())
    waiting = f"; {quarantined:,} items wait in quarantine" if quarantined else ""
    return _own("database", WORKS, f"{settings.home}, {len(rows)} ways in{waiting}")


def _disk(settings: Settings) -> Finding:
    if (error := nearly_full(settings.home, settings.least_free_bytes)) is not None:
        return _own("disk", "nearly full", str(error))
    usage = shutil.disk_usage(settings.home if settings.home.exists() else settings.home.anchor)
    return _own("disk", WORKS, f"{usage.free / 1e9:.1f} GB free")


def _clock(tally: Tally) -> list[Finding]:
    """A clock that is off, as the sites told; no finding when it is well."""
    if tally.warning:
        return [Finding(what="clock", state="wrong", message=tally.warning)]
    return [
        Finding(what="clock", state="in doubt", message=_reset_that_cannot_be(host, wait_s))
        for host, wait_s in tally.odd_resets.items()
    ]


def _reset_that_cannot_be(host: str, wait_s: float) -> str:
    when = "to come" if wait_s > 0 else "past"
    return (
        f"{host} says that its quota is whole again at a time {abs(wait_s) / 60:,.0f} minutes "
        f"{when}, where 15 are the most. That is not believed; look whether this machine's clock "
        "and its time zone are right."
    )


def _spool(settings: Settings) -> Finding | None:
    aside = Spool(settings.home).aside()
    if not aside:
        return None
    path, reason = aside[0]
    return _own(
        "spool", "batch set aside", f"{len(aside)} could not be read, first {path}: {reason}"
    )


def _own(what: str, state: str, message: str) -> Finding:
    return Finding(what=what, state=state, message=message, is_source=False)
