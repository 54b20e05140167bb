"""A small world for each source in which the contract is tried. A new source adds its case here."""

import gzip
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
from pydantic import SecretStr

from collectors._http import Http
from collectors.bluesky import Bluesky
from collectors.file_import import FileImport
from collectors.hackernews import HackerNews
from collectors.rss import Rss
from groundswell.errors import SourceError
from groundswell.settings import Settings
from groundswell.source import Ask, Collector, Page
from tests.collectors.asks import SINCE, ask, topic
from tests.collectors.bluesky_server import ENTRY, HANDLE, PASSWORD, FakeBluesky
from tests.collectors.bluesky_views import at_time, make_view
from tests.collectors.clock import Clock
from tests.collectors.fake_hackernews import FakeSearch, comment, story
from tests.collectors.feed_press import HereAndNow
from tests.collectors.file_import.files import write_csv
from tests.collectors.test_feed_reading import rss
from tests.collectors.web import Call, Reply, Web

CANARY = "canary-5a6b7c8d"
HOSTILE = "OpenAI \U0001f468‍\U0001f469‍\U0001f467 é نص \u202eabc <img src=x onerror=alert(1)> =1+1"


@dataclass(frozen=True, kw_only=True)
class Case:
    """One source with something to read. ``make`` builds the collector around a client;
    ``spoil`` makes the site answer everything with one reply from now on (None: no site)."""

    make: Callable[[Http], Collector]
    wanted: Ask
    settings: Settings
    items: int  # posts, deletions and rejects that one full read brings, repeats not counted
    rejects: int
    spoil: Callable[[Reply], None] | None = None
    transport: httpx.AsyncBaseTransport | None = None

    async def read(
        self, wanted: Ask, most_pages: int | None = None
    ) -> tuple[Collector, list[Page]]:
        """The collector and the pages of a run, stopped after ``most_pages``."""
        clock = Clock()
        async with Http(
            self.settings,
            source="sample",
            transport=self.transport,
            sleep=clock.sleep,
            now=clock.now,
        ) as http:
            collector, pages = self.make(http), []
            async for page in collector.pages(wanted):
                pages.append(page)
                if len(pages) == most_pages:
                    break
        return collector, pages

    async def outcome(self) -> tuple[list[Page], SourceError | None]:
        """The pages of a run, and the error it ended with."""
        clock = Clock()
        pages: list[Page] = []
        async with Http(
            self.settings,
            source="sample",
            transport=self.transport,
            sleep=clock.sleep,
            now=clock.now,
        ) as http:
            try:
                async for page in self.make(http).pages(self.wanted):
                    pages.append(page)
            except SourceError as error:
                return pages, error
        return pages, None


@contextmanager
def hackernews(_: Path) -> Iterator[Case]:
    start = int(SINCE.timestamp())
    root = story(start, "OpenAI")
    site = FakeSearch(
        [
            root,
            comment(start + 5, "OpenAI, &lt;b&gt; indeed", root["objectID"], root["objectID"]),
            story(start + 9, HOSTILE, story_text="<script>alert(1)</script>OpenAI"),
            story(start + 86_400 * 11, "OpenAI", points=None, num_comments=None),
            story(start + 7, "OpenAI", objectID="no number"),
            comment(start + 8, "[deleted]", "1", "1", author="openai"),
        ]
    )
    settings = Settings(allow_private_addresses=True, hackernews_url=site.web.url)

    def spoil(reply: Reply) -> None:
        site.faults = [reply] * 200

    with site.serving():
        yield Case(
            make=lambda http: HackerNews(settings, http),
            wanted=ask(topic("openai"), since=SINCE - timedelta(days=18)),
            settings=settings,
            items=6,
            rejects=1,
            spoil=spoil,
        )


@contextmanager
def feeds(_: Path) -> Iterator[Case]:
    dated = "<title>OpenAI</title><pubDate>Tue, 28 Jan 2025 10:00:00 +0100</pubDate>"
    hostile = f"<title><![CDATA[{HOSTILE}]]></title><guid>2</guid>"
    bodies = [
        rss(f"{dated}<guid>1</guid>", hostile, "<guid isPermaLink='false'>nothing</guid>"),
        json.dumps(
            {
                "version": "https://jsonfeed.org/version/1.1",
                "items": [{"id": "1", "title": "OpenAI", "content_text": "x"}, 7],
            }
        ).encode(),
    ]
    spoiled: list[Reply] = []

    def answer(call: Call) -> Reply:
        return spoiled[0] if spoiled else Reply(body=bodies[call.path == "/json"])

    with Web(answer) as web:
        settings = Settings(allow_private_addresses=True)
        urls = [f"{web.url}/rss?token={CANARY}", f"{web.url}/json"]
        yield Case(
            make=lambda http: Rss(settings, http, HereAndNow()),
            wanted=ask(topic("openai", rss={"feeds": urls})),
            settings=settings,
            items=5,
            rejects=2,
            spoil=spoiled.append,
        )


@contextmanager
def bluesky(home: Path) -> Iterator[Case]:
    site = FakeBluesky(
        [
            *(make_view(n, indexedAt=at_time(SINCE + timedelta(hours=n))) for n in range(3)),
            make_view(3, record={"text": f"{HOSTILE} deepseek"}, likeCount=None),
            make_view(4, uri=None),
        ]
    )
    settings = Settings(
        home=home,
        request_rate_per_s=1e6,
        bluesky_url=f"https://{ENTRY}",
        bluesky_handle=HANDLE,
        bluesky_app_password=SecretStr(PASSWORD),
    )

    def spoil(reply: Reply) -> None:
        site.next_answers = [
            httpx.Response(reply.status, headers=reply.headers, stream=httpx.ByteStream(reply.body))
            for _ in range(200)
        ]

    yield Case(
        make=lambda http: Bluesky(settings, http),
        wanted=ask(topic("deepseek")),
        settings=settings,
        items=5,
        rejects=1,
        spoil=spoil,
        transport=httpx.MockTransport(site),
    )


@contextmanager
def files(folder: Path) -> Iterator[Case]:
    rows = [
        {"id": "1", "created_at": "2025-01-28T10:00:00+01:00", "text": "OpenAI", "likes": "3"},
        {"id": "2", "created_at": "2025-01-28T12:00:00Z", "text": HOSTILE, "likes": ""},
        {"id": "3", "created_at": "28 of January", "text": "OpenAI", "likes": "0"},
    ]
    path = write_csv(folder, rows)
    yield Case(
        make=lambda http: FileImport(Settings(), http, files=[path]),
        wanted=ask(topic("openai")),
        settings=Settings(),
        items=3,
        rejects=1,
    )


CASES: dict[str, Callable[[Path], AbstractContextManager[Case]]] = {
    "hackernews": hackernews,
    "rss": feeds,
    "bluesky": bluesky,
    "import": files,
}

# Rows of the contract that do not fit a source, each with its reason.
BYPASSED: dict[tuple[str, str], str] = {
    ("hostile_body", "import"): "a local file, no network",
    ("closed_is_not_zero", "import"): "a local file, no network",
    ("no_secret_anywhere", "hackernews"): "no credentials",
    ("no_secret_anywhere", "import"): "no credentials",
}

_BOMB = gzip.compress(b"\0" * 21_000_000)
HOSTILE_BODIES = {
    "html": Reply(body=b"<html>Please sign in</html>"),
    "empty": Reply(body=b""),
    "null": Reply(body=b"null"),
    "list": Reply(body=b"[]"),
    "bomb": Reply(body=_BOMB, headers={"Content-Encoding": "gzip"}),
    "oversize": Reply(body=b" " * 20_971_521),
    "cut gzip": Reply(body=gzip.compress(b"[1]" * 99)[:-9], headers={"Content-Encoding": "gzip"}),
    "brotli": Reply(body=b"x", headers={"Content-Encoding": "br"}),
    "deep json": Reply(body=b'{"a":' * 100_000),
    "deep xml": Reply(body=b"<rss>" + b"<a>" * 3_000),
    "cut json": Reply(body=b'{"hits": [{"objectID": "1", "posts'),
    "latin": Reply(body=b'{"hits": "caf\xe9"}'),
    "server error": Reply(status=500),
    "no longer": Reply(status=410),
}
