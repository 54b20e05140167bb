"""``groundswell estimate``: how much there is to collect, where a site says so beforehand."""

import asyncio
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import click

from collectors import SOURCES
from groundswell.commands.collect import span_of
from groundswell.commands.doctor import BLOCKED, STATE_OF, missing_keys
from groundswell.commands.options import home_option, json_option, print_json
from groundswell.errors import GroundswellError, SourceError
from groundswell.run import utc_now
from groundswell.settings import Settings
from groundswell.source import Ask, Estimate
from groundswell.topic import Topic, find, load

ESTIMATED, NOTHING_SAID = "estimated", "no estimate"
LIMIT_S = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one source says. ``hits`` and ``searches`` are None unless ``state`` is estimated;
    ``message`` is for people."""

    source: str
    state: str
    message: str
    hits: int | None = None
    searches: int | None = None


@click.command()
@click.argument("topic")
@click.option(
    "--limit-s",
    type=click.FloatRange(min=0.1),
    default=LIMIT_S,
    show_default=True,
    help="Seconds to wait for each source.",
)
@home_option
@json_option
def estimate(topic: str, limit_s: float, settings: Settings, as_json: bool) -> None:
    """Asks the sources of TOPIC, or of a topic's FILE, how many posts their searches find.

    Few sites say. What several searches find counts several times, and the posts that do not fit
    the query are counted too: it is the most that there can be, not what will be kept.

    Example: groundswell estimate openai-deepseek --json
    """
    chosen = load(Path(topic)) if topic.endswith(".toml") else find(settings.home, topic)
    findings = asyncio.run(_all(chosen, settings, utc_now(), limit_s))
    if as_json:
        print_json([asdict(finding) for finding in findings])
        return
    for finding in findings:
        click.echo(f"{finding.source}: {finding.message}")


async def _all(topic: Topic, settings: Settings, now: datetime, limit_s: float) -> list[Finding]:
    names = [name for name in topic.sources if name != "import"]
    return await asyncio.gather(*(_one(name, topic, settings, now, limit_s) for name in names))


async def _one(
    name: str, topic: Topic, settings: Settings, now: datetime, limit_s: float
) -> Finding:
    """Never raises for a source: the others are told all the same."""
    source = SOURCES.get(name)
    if source is None:
        return _nothing(name, "This version knows no such source.")
    lacking = missing_keys(source.capabilities.needs, settings)
    if lacking:
        return Finding(source=name, state="needs key", message=f"needs {' and '.join(lacking)}")
    if not hasattr(source, "estimate"):
        return _nothing(name, "its site does not say how much a search finds")
    try:
        ask = Ask(topic=topic, span=span_of(topic, None, None, now), now=now)
        said = await asyncio.wait_for(source(settings).estimate(ask), limit_s)
    except TimeoutError:
        return _nothing(name, f"no answer within {limit_s:g} seconds")
    except SourceError as error:
        return Finding(source=name, state=STATE_OF.get(error.reason, BLOCKED), message=str(error))
    except GroundswellError as error:
        return Finding(source=name, state="wrong use", message=str(error))
    return _estimated(name, said)


def _estimated(name: str, said: Estimate | None) -> Finding:
    if said is None:
        return _nothing(name, "its site did not say how much its searches find")
    searches = "1 search" if said.searches == 1 else f"{said.searches:,} searches"
    return Finding(
        source=name,
        state=ESTIMATED,
        message=f"about {said.hits:,} hits of {searches}",
        hits=said.hits,
        searches=said.searches,
    )


def _nothing(name: str, why: str) -> Finding:
    return Finding(source=name, state=NOTHING_SAID, message=why)
