"""``groundswell requeue``: reads items of the quarantine again, and says how many passed."""

import asyncio
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import click

from collectors import SOURCES
from groundswell import home
from groundswell.commands.options import home_option, json_option, print_json, say
from groundswell.commands.reading import reader
from groundswell.commands.regroup import regroup
from groundswell.errors import TopicError
from groundswell.home import Kept, Wanted
from groundswell.locks import job_lock
from groundswell.requeue import Held, Requeuing
from groundswell.requeue import requeue as read_again
from groundswell.settings import Settings
from groundswell.source import SetAside
from groundswell.spool import Spool
from groundswell.topic import Topic, find
from groundswell.topic import topics as known_topics

STREAM = "stream"  # its rejects wait under the first topic it follows, whatever they speak of
SOME_STAY = 3
MOST_REASONS = 3


@dataclass(frozen=True, slots=True)
class _Group:
    """Items that one collector reads in one go."""

    topic: str
    source: str
    route: str | None


@click.command()
@click.argument("topic", required=False)
@click.option("--source", help="Only items of this source.")
@click.option("--id", "ids", multiple=True, help="Only this item (may be repeated).")
@home_option
@json_option
def requeue(
    topic: str | None, source: str | None, ids: tuple[str, ...], settings: Settings, as_json: bool
) -> None:
    """Reads the items in quarantine again, of TOPIC or of all, and stores those that pass.

    For after an update of Groundswell, when a site had changed. What still cannot be read stays
    where it is, with its new reason. Doing it twice changes nothing.

    Example: groundswell requeue openai-deepseek --source hackernews
    """
    if topic is not None:
        find(settings.home, topic)
    wanted = Wanted(topic=topic, source=source, ids=ids or None)
    with job_lock(settings.home, "requeue"):
        done = asyncio.run(_all(settings, wanted))
    if done:
        regroup(settings, sorted({group.topic for group in done}), quiet=as_json)
    if as_json:
        print_json([_record(group, came) for group, came in done.items()])
    else:
        say("\n".join(_sentence(*one) for one in done.items()) or "Nothing waits in quarantine.")
    sys.exit(SOME_STAY if any(came.stayed for came in done.values()) else 0)


async def _all(settings: Settings, wanted: Wanted) -> dict[_Group, Requeuing]:
    done: dict[_Group, Requeuing] = {}
    for page in home.set_aside(settings, wanted):
        groups: dict[_Group, list[Kept]] = defaultdict(list)
        for kept in page:
            groups[_Group(kept.topic, kept.source, kept.route)].append(kept)
        for group, items in groups.items():
            came = await _one(settings, group, items)
            known = done.setdefault(group, Requeuing())
            known.passed += came.passed
            known.stayed += came.stayed
            known.posts += came.posts
            known.reasons = list(dict.fromkeys([*known.reasons, *came.reasons]))[:MOST_REASONS]
    return done


async def _one(settings: Settings, group: _Group, items: Sequence[Kept]) -> Requeuing:
    kind = _kind_of(group)
    if kind is None or not hasattr(kind, "page_of"):
        why = f"this version has no source {group.source} that reads single items again"
        return Requeuing(stayed=len(items), reasons=[why])
    try:
        topic = find(settings.home, group.topic)
    except TopicError as error:
        return Requeuing(stayed=len(items), reasons=[str(error)])
    held = [
        Held(
            id=kept.id,
            route=kept.route,
            kept=SetAside(
                topic=topic,
                raw=kept.raw,
                seen_at=kept.seen_at,
                url=kept.url,
                instance=kept.instance,
                context=kept.context,
            ),
        )
        for kept in items
    ]
    spool = Spool(settings.home, limit_bytes=settings.spool_limit_bytes)
    topics = [topic, *(_others(settings, topic) if group.route == STREAM else ())]
    read = reader(settings, topics)
    return await read_again(kind(settings), group.topic, held, topics, spool, read)


def _kind_of(group: _Group) -> Any:
    """The collector that met the items: two ways may lead to one source."""
    named = [kind for kind in SOURCES.values() if kind.name == group.source]
    by_route = [kind for kind in named if kind.route == group.route]
    return by_route[0] if by_route else SOURCES.get(group.source)


def _others(settings: Settings, topic: Topic) -> list[Topic]:
    """The other topics that the stream is followed for."""
    slugs = [slug for slug in known_topics(settings.home) if slug != topic.slug]
    found = [find(settings.home, slug) for slug in slugs]
    return [other for other in found if "jetstream" in other.sources]


def _sentence(group: _Group, came: Requeuing) -> str:
    said = f"{group.topic}, {group.source}: {came.passed:,} passed, {came.posts:,} of them stored"
    if not came.stayed:
        return f"{said}."
    return f"{said}; {came.stayed:,} stay in quarantine: {' · '.join(came.reasons)}"


def _record(group: _Group, came: Requeuing) -> dict[str, Any]:
    return {
        "topic": group.topic,
        "source": group.source,
        "route": group.route,
        "passed": came.passed,
        "stayed": came.stayed,
        "posts": came.posts,
        "reasons": came.reasons,
    }
