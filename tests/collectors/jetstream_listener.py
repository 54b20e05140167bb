"""Listens to a fake Jetstream for tests, until so much has come or a time is over."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import Any

from collectors.jetstream.collector import Jetstream
from groundswell.coverage import Coverage, merge
from groundswell.post import Deletion, Hiding, Post, Rejected
from groundswell.settings import Settings
from groundswell.source import Slice
from groundswell.topic import Topic
from tests.collectors.asks import topic
from tests.collectors.sites.jetstream import FakeJetstream

LIMIT_S = 20.0


def stream_of(site: FakeJetstream, **changes: Any) -> Jetstream:
    """The collector for ``site``, in a hurry."""
    quick = {"jetstream_silence_s": 0.6, "jetstream_deadline_s": 0.2, "request_rate_per_s": 1e6}
    settings = Settings(**(site.settings_changes() | quick | changes))
    return Jetstream(settings, backoff=lambda _: 0.01)


class Heard:
    """All that was heard."""

    def __init__(self) -> None:
        self.slices: list[Slice] = []

    @property
    def posts(self) -> list[Post]:
        return [post for one in self.slices for post, topics in one.found if topics]

    @property
    def texts(self) -> list[str]:
        return [post.text for post in self.posts]

    @property
    def others(self) -> list[Deletion | Hiding | Rejected]:
        return [item for one in self.slices for item in one.others]

    @property
    def rejected(self) -> list[Rejected]:
        return [item for item in self.others if isinstance(item, Rejected)]

    @property
    def coverage(self) -> list[Coverage]:
        return merge([], [window for one in self.slices for window in one.coverage])

    @property
    def gaps(self) -> list[Coverage]:
        return [window for window in self.coverage if window.status != "complete"]

    @property
    def troubles(self) -> list[str]:
        return [one.trouble for one in self.slices if one.trouble]

    @property
    def counts(self) -> dict[str, int]:
        return dict(self.slices[-1].counts)

    @property
    def cursor(self) -> str | None:
        return next((s.cursor for s in reversed(self.slices) if s.cursor), None)


async def listen(
    stream: Jetstream,
    enough: Callable[[Heard], bool],
    *,
    cursor: str | None = None,
    topics: Sequence[Topic] = (),
    meanwhile: Callable[[], object] | None = None,
) -> Heard:
    """What came until ``enough`` was; fails when it never is. ``meanwhile`` happens at the first
    slice, so that the stream is known to be open."""
    stop, heard = asyncio.Event(), Heard()
    async with asyncio.timeout(LIMIT_S):
        slices = stream.slices(topics or [topic("openai")], cursor, stop)
        async with aclosing(slices) as each:  # type: ignore[type-var]  # a generator in truth
            async for one in each:
                heard.slices.append(one)
                if meanwhile is not None and one.counts.get("connections"):
                    meanwhile()
                    meanwhile = None
                if enough(heard):
                    stop.set()
    return heard


def ago(**parts: float) -> datetime:
    """So long before now."""
    return datetime.now(UTC) - timedelta(**parts)
