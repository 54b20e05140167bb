"""How fast Bluesky's stream is read and matched, what a day costs, whether memory grows."""

import asyncio
import json
import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import psutil
from atproto_jetstream.client import (  # type: ignore[import-untyped]
    _JetstreamClientMixin,
)

from bench._network import EVENTS_A_DAY, frames, serve_day
from bench._promise import Promise, is_quick, report
from collectors._http import Http
from collectors.jetstream.collector import Jetstream
from collectors.jetstream.glance import reader
from collectors.jetstream.run import cursor_at
from collectors.jetstream.wire import BUNDLE_FRAMES
from groundswell import scoring
from groundswell.resources import bundled
from groundswell.settings import Settings
from groundswell.source import Slice
from groundswell.spool import Spool
from groundswell.stream import Following
from groundswell.topic import Topic, load

SPEED = Promise(name="stream_events_per_cpu_s", unit="events/CPU-s", goal=20_000)
RATIO = Promise(name="stream_against_sdk", unit="events/CPU-s", goal=5, by_ratio=True)
DAY = Promise(name="stream_day_cpu_s", unit="CPU-s", goal=600, at_most=True)
GROWTH = Promise(name="stream_memory_growth_mb", unit="MB", goal=20, at_most=True)
REPEATS = 5
SETTLED = 0.4  # of the events: by then all caches are as full as they get


class Sdk(_JetstreamClientMixin):  # type: ignore[misc]  # the SDK ships no types
    """The SDK's client, of which only the decoding is used."""

    def __init__(self) -> None:
        super().__init__("x", "ws://127.0.0.1", None, None, compress=False)

    def read(self, frame: bytes) -> object:
        """What the client hands on for a frame."""
        return self._decode_frame(frame)


@dataclass
class Watched:
    """The stream, with its process looked at on the way."""

    inner: Jetstream
    events: int
    stop: asyncio.Event
    name: str = "bluesky"
    route: str = "stream"
    read: int = 0
    settled_mb: float = 0.0

    def place(self, cursor: str) -> int:
        """As the stream's own."""
        return self.inner.place(cursor)

    async def slices(
        self, topics: Sequence[Topic], cursor: str | None, stop: asyncio.Event
    ) -> AsyncIterator[Slice]:
        """The slices, until all events were read."""
        async for one in self.inner.slices(topics, cursor, stop):
            self.read += one.read
            if not self.settled_mb and self.read >= SETTLED * self.events:
                self.settled_mb = memory_mb()
            if self.read >= self.events:
                stop.set()
            yield one


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the promises on the stream; 1 when one does not hold."""
    quick = is_quick(argv, __doc__ or "")
    speeds = decoding(8_000 if quick else 40_000)
    return report([*speeds, *asyncio.run(day(60_000 if quick else 600_000))])


def decoding(count: int) -> list[Promise]:
    """Frames read and matched, against the same frames read by the SDK's client."""
    made = frames(count)
    topic = load(bundled("topics") / "openai-deepseek.toml")
    read = reader([topic.query], is_v1=False)
    bundles = [made[at : at + BUNDLE_FRAMES] for at in range(0, count, BUNDLE_FRAMES)]
    if not any(type(seen) is int for seen in read(made[:2_000])):
        raise SystemExit("Every frame of the sample is of interest: that is no network.")

    def ours() -> None:
        for bundle in bundles:
            read(bundle)

    def theirs() -> None:
        client = Sdk()
        for frame in made:
            client.read(frame)

    rates = [(rate(ours, count), rate(theirs, count)) for _ in range(REPEATS)]  # in turns
    value, baseline = (statistics.median(each) for each in zip(*rates, strict=True))
    return [replace(p, value=value, baseline=baseline) for p in (SPEED, RATIO)]


async def day(events: int) -> list[Promise]:
    """A day caught up with over a socket, matched, scored and spooled; only this process counts."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    server = context.Process(target=serve_day, args=(events, there))
    server.start()
    try:
        port, begun_s = here.recv()
        with tempfile.TemporaryDirectory() as home:
            cpu_s, watched = await caught_up(events, port, begun_s, Path(home))
    finally:
        here.send("enough")
        server.join(10)
        server.kill()
    ran = f"{events:,} events were run, {cpu_s:.1f} CPU-s; scaled to the {EVENTS_A_DAY:,} of a day"
    grown_mb = memory_mb() - watched.settled_mb
    return [
        replace(DAY, value=cpu_s * EVENTS_A_DAY / events, reason=ran),
        replace(GROWTH, value=grown_mb, reason=f"from {SETTLED:.0%} of {events:,} events on"),
    ]


async def caught_up(events: int, port: int, begun_s: float, home: Path) -> tuple[float, Watched]:
    """CPU seconds of this process for all events of the server at ``port``."""
    settings = Settings(
        home=home,
        jetstream_url=f"ws://127.0.0.1:{port}",
        jetstream_fallback_urls=(),
        bluesky_public_url="https://profiles.example",
        allow_private_addresses=True,
        request_rate_per_s=1e9,
    )
    topic = load(bundled("topics") / "openai-deepseek.toml").model_copy(update={"until": None})
    transport = httpx.MockTransport(profiles)
    async with Http(settings, source="bench", transport=transport) as http:
        stop = asyncio.Event()
        watched = Watched(Jetstream(settings, http), events, stop)
        cursors = {topic.slug: cursor_at(int(begun_s * 1e6))}
        spool = Spool(home, limit_bytes=10**12)
        following = Following(watched, [topic], cursors, spool, scoring.read, home=home)
        begin = time.process_time()
        await following.follow(stop)
        return time.process_time() - begin, watched


def profiles(request: httpx.Request) -> httpx.Response:
    """Everybody has one."""
    dids = request.url.params.get_list("actors")
    shown: list[dict[str, Any]] = [{"did": did, "handle": f"{did[-6:]}.example"} for did in dids]
    return httpx.Response(200, content=json.dumps({"profiles": shown}))


def rate(work: Callable[[], None], count: int) -> float:
    """Events a CPU-second."""
    begin = time.process_time()
    work()
    return count / (time.process_time() - begin)


def memory_mb() -> float:
    """What this process holds now."""
    return float(psutil.Process().memory_info().rss) / 1e6


if __name__ == "__main__":
    sys.exit(main())
