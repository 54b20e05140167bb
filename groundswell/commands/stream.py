"""``groundswell stream``: follows Bluesky's stream for all topics at once until it is stopped."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable, Mapping, Sequence

import click

from collectors import SOURCES
from groundswell import home
from groundswell.commands.options import home_option, say
from groundswell.commands.reading import reader
from groundswell.disk import nearly_full
from groundswell.errors import GroundswellError, NearlyFull, TopicError, WrongUse
from groundswell.locks import job_lock
from groundswell.run import utc_now
from groundswell.settings import Settings
from groundswell.source import Streamed
from groundswell.spool import Spool
from groundswell.stream import Following, places
from groundswell.topic import Topic, find
from groundswell.topic import topics as known_topics

SOURCE = "jetstream"
IN_PART = 3  # as when some of several sources fail
LOOK_S = 30.0  # between looks for room


@click.command()
@click.argument("topics", nargs=-1)
@home_option
def stream(topics: tuple[str, ...], settings: Settings) -> None:
    """Follows Bluesky's stream for TOPICS until it is stopped; by default for every topic with
    [sources.jetstream].

    One connection serves all. A topic goes on where it was; a new one begins now. Deletions are
    obeyed as they come. SIGTERM or Ctrl-C writes the last batch.

    A topic file that cannot be read is said and left out, unless it was named; then it ends with 3.

    Example: groundswell stream openai-deepseek
    """
    chosen, broken = _chosen(settings, topics)
    source: Streamed = SOURCES[SOURCE](settings)
    spool = Spool(settings.home, limit_bytes=settings.spool_limit_bytes)
    with contextlib.ExitStack() as held:
        held.enter_context(job_lock(settings.home, "stream"))
        for topic in chosen:
            held.enter_context(job_lock(settings.home, f"{topic.slug}.{SOURCE}"))
        spool.sweep()

        def begin() -> Following:
            cursors = places(source, spool, lambda: _stored(settings, source, chosen))
            slugs = ", ".join(topic.slug for topic in chosen)
            said = f"Following Bluesky's stream for {slugs}."
            say(said, event="following", topic=slugs, source=SOURCE)
            read = reader(settings, chosen)
            return Following(source, chosen, cursors, spool, read, home=settings.home)

        asyncio.run(_until_stopped(begin, settings))
        home.absorb(settings)
    said = "Stopped; what was read is kept, and the next run goes on from there."
    say(said, event="stopped", source=SOURCE)
    if broken:
        say(f"Not followed, since their files cannot be read: {', '.join(broken)}.")
        sys.exit(IN_PART)


def _chosen(settings: Settings, asked: Sequence[str]) -> tuple[list[Topic], list[str]]:
    """The topics to follow, by slug, and names of those whose files cannot be read. One whose
    period is over has nothing to wait for. Raises ``TopicError`` for one that was ``asked`` for."""
    slugs = asked or sorted(known_topics(settings.home))
    found, broken = [], []
    for slug in dict.fromkeys(slugs):
        try:
            found.append(find(settings.home, slug))
        except TopicError as error:
            if asked:
                raise
            say(f"{slug} is NOT followed: {error}")
            broken.append(slug)
    wanted = [topic for topic in found if asked or SOURCE in topic.sources]
    running = [topic for topic in wanted if topic.until is None or topic.until > utc_now()]
    for topic in wanted:
        if asked and topic not in running:
            say(f"{topic.slug}: its period has ended; left out.")
    if not running:
        raise WrongUse(
            "No topic to follow. Add [sources.jetstream] to a topic whose period is not over, or "
            "name one: groundswell stream TOPIC."
        )
    return running, broken


def _stored(
    settings: Settings, source: Streamed, topics: Sequence[Topic]
) -> Mapping[str, str | None]:
    routes = [(topic.slug, source.name, source.route) for topic in topics]
    states = home.route_states(settings, routes)
    return {topic.slug: state.cursor for topic, state in zip(topics, states, strict=True)}


async def _until_stopped(begin: Callable[[], Following], settings: Settings) -> None:
    """Follows, and while the disk is nearly full waits to go on from where it was."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # not on Windows
            loop.add_signal_handler(number, stop.set)
    while not stop.is_set():
        if (full := _nearly_full(settings)) is None:
            following = await asyncio.to_thread(begin)
            await following.follow(
                stop, lambda: _absorb(settings), lambda: _nearly_full(settings) is None
            )
            continue
        say(f"{full}")
        while _nearly_full(settings) is not None and not stop.is_set():
            await _absorb(settings)  # which may make room
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), LOOK_S)


def _nearly_full(settings: Settings) -> NearlyFull | None:
    return nearly_full(settings.home, settings.least_free_bytes)


async def _absorb(settings: Settings) -> None:
    """Takes what waits into the database where nobody serves it; otherwise its owner does."""
    try:
        await asyncio.to_thread(home.absorb, settings)
    except GroundswellError as error:  # the batches wait; the stream must not stop for that
        say(f"{error}")
