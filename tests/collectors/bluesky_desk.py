"""A place to run Bluesky collections from in tests, and what a run brought."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from collectors._http import Http
from collectors.bluesky.collector import Bluesky
from groundswell.coverage import Coverage, Span, merge
from groundswell.post import Item, Post
from groundswell.query import parse
from groundswell.settings import Settings
from groundswell.source import Ask, Page
from groundswell.topic import Topic
from tests.collectors.bluesky_server import ENTRY, HANDLE, PASSWORD, PUBLIC, FakeBluesky
from tests.collectors.bluesky_views import at_time, make_view
from tests.collectors.clock import Clock

START = datetime(2025, 1, 29, tzinfo=UTC)
END = START + timedelta(days=2)
NOW = datetime(2025, 2, 1, tzinfo=UTC)


@dataclass
class Run:
    """What one run brought."""

    pages: list[Page] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)

    @property
    def posts(self) -> list[Post]:
        return [item for item in self.items if isinstance(item, Post)]

    @property
    def found(self) -> set[str]:
        return {post.uri for post in self.posts}

    def coverage(self, known: Sequence[Coverage] = ()) -> list[Coverage]:
        return merge(known, [window for page in self.pages for window in page.coverage])


@dataclass
class Desk:
    """A place to run collections from; its clock goes on by the waits, which it remembers."""

    server: FakeBluesky
    home: Path
    clock: Clock = field(default_factory=Clock)
    changes: dict[str, Any] = field(default_factory=dict)

    async def run(self, words: str = "deepseek", into: Run | None = None, **changes: Any) -> Run:
        run = into or Run()
        settings = self.settings()
        transport = httpx.MockTransport(self.server)
        time: dict[str, Any] = {"sleep": self.clock.sleep, "now": self.clock.now}
        async with Http(settings, source="bluesky", transport=transport, **time) as http:
            collector = Bluesky(settings, http)
            async for page in collector.pages(make_ask(words, **changes)):
                run.pages.append(page)
                if page.body is not None:
                    run.items.extend(collector.posts(page))
        return run

    def settings(self) -> Settings:
        values: dict[str, Any] = {
            "home": self.home,
            "request_rate_per_s": 1e6,
            "bluesky_url": f"https://{ENTRY}",
            "bluesky_public_url": f"https://{PUBLIC}",
            "bluesky_handle": HANDLE,
            "bluesky_app_password": SecretStr(PASSWORD),
        }
        return Settings(**(values | self.changes))


def make_ask(words: str, *, span: Span = (START, END), **changes: Any) -> Ask:
    topic = Topic(slug="story", title="A story", query=parse(words))
    return Ask(topic=topic, span=span, now=NOW, **changes)


def many(count: int, *, apart: timedelta = timedelta(minutes=1)) -> list[Any]:
    times = [at_time(START + i * apart) for i in range(count)]
    return [
        make_view(i, record={"createdAt": time}, indexedAt=time) for i, time in enumerate(times)
    ]


def whole(found: int = 0) -> list[Coverage]:
    """The whole period of ``make_ask``, read to the end."""
    return [Coverage(start=START, end=END, status="complete", found=found)]


def read_whole(windows: Sequence[Coverage]) -> bool:
    """The same after several runs, whose counts are their own."""
    return [(w.start, w.end, w.status) for w in windows] == [(START, END, "complete")]
