"""What a source is tried in: its collector, a site that answers it, and what may be spoiled."""

import copy
import gzip
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from collectors._http import Http
from groundswell.errors import SourceError
from groundswell.settings import Settings
from groundswell.source import Ask, Collector, Page
from tests.collectors.clock import Clock
from tests.collectors.web import Reply

CANARY = "canary-5a6b7c8d"
HOSTILE = "OpenAI \U0001f468‍\U0001f469‍\U0001f467 é نص \u202eabc <img src=x onerror=alert(1)> =1+1"


@dataclass(frozen=True, kw_only=True)
class Case:
    """One source with something to read. ``make`` builds the collector around a client;
    ``spoil`` makes the site answer everything with one reply from now on (None: no site);
    ``stumble`` makes it give these replies to the next requests, and then go on as before.
    ``grow`` publishes so many more posts that fit, all in the hour from a moment on, and gives
    their uris; ``page_size`` is how many posts one answer of the site holds, ``ceiling`` how many
    it gives in all to one question (None: all). ``mend`` gives the one unreadable item as it would
    be if it could be read; ``penniless`` builds the collector with next to no budget; ``remove``
    and ``edit`` take away and change the post at a uri. ``noted`` keeps what the site holds and
    gives how to have the post at a uri back; ``end_account`` ends that of its author."""

    make: Callable[[Http], Collector]
    wanted: Ask
    settings: Settings
    items: int  # posts, deletions and rejects that one full read brings, repeats not counted
    rejects: int
    spoil: Callable[[Reply], None] | None = None
    transport: httpx.AsyncBaseTransport | None = None
    stumble: Callable[[Sequence[Reply]], None] | None = None
    grow: Callable[[int, datetime], list[str]] | None = None
    page_size: int | None = None
    ceiling: int | None = None
    mend: Callable[[bytes], bytes] | None = None
    penniless: Callable[[Http], Collector] | None = None
    remove: Callable[[str], None] | None = None
    edit: Callable[[str, str], None] | None = None
    noted: Callable[[], Callable[[str], None]] | None = None
    end_account: Callable[[str], None] | None = None

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


def noting(site: Any, *held: str) -> Callable[[], Callable[[str], None]]:
    """``Case.noted`` of a site that holds its posts in the attributes ``held``."""

    def noted() -> Callable[[str], None]:
        kept = {name: copy.deepcopy(getattr(site, name)) for name in held}

        def put_back(_: str) -> None:
            for name, value in kept.items():
                setattr(site, name, value)

        return put_back

    return noted


def over(site: Any, *held: str) -> dict[str, Any]:
    """What a ``Case`` needs of a site that gives out its ``faults`` before all else, lets posts be
    removed, and holds them in the attributes ``held``."""

    def stumble(replies: Sequence[Reply]) -> None:
        site.faults = list(replies)

    return {
        "spoil": lambda reply: stumble([reply] * 200),
        "stumble": stumble,
        "remove": site.remove,
        "noted": noting(site, *held),
    }


def growing(publish: Callable[..., list[str]]) -> Callable[[int, datetime], list[str]]:
    """``Case.grow`` of a site that publishes so many posts, so many seconds apart."""
    return lambda count, since: publish(count, start=since, step=3_500 / max(count, 1))


def changed(raw: bytes, *path: str, to: Any) -> bytes:
    """An item of JSON with the value at ``path`` replaced."""
    item = json.loads(raw)
    inner = item
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = to
    return json.dumps(item).encode()


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
