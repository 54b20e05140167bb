"""A small world for rss in which the contract is tried."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from collectors.rss.collector import Rss
from collectors.rss.state import key_of
from groundswell.settings import Settings
from tests.collectors.asks import ask, topic
from tests.collectors.feed_press import HereAndNow, entry
from tests.collectors.test_feed_reading import rss
from tests.collectors.web import Call, Reply, Web
from tests.conformance.case import CANARY, HOSTILE, Case, changed

PAGE = 100  # a feed shows its newest entries only


def _mend(raw: bytes) -> bytes:
    """An entry has its title; what was no object is an item of JSON Feed."""
    if json.loads(raw) == 7:
        return b'{"id": "mended", "title": "OpenAI, an item"}'
    return changed(raw, "title", to="OpenAI, an entry")


@contextmanager
def case(_: Path) -> Iterator[Case]:
    dated = "<title>OpenAI</title><pubDate>Tue, 28 Jan 2025 10:00:00 +0100</pubDate>"
    hostile = f"<title><![CDATA[{HOSTILE}]]></title><guid>2</guid>"
    body = json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "items": [{"id": "1", "title": "OpenAI", "content_text": "x"}, 7],
        }
    ).encode()
    spoiled: list[Reply] = []
    stumbles: list[Reply] = []
    shown = [f"{dated}<guid>1</guid>", hostile, "<guid isPermaLink='false'>nothing</guid>"]
    first = 10

    def answer(call: Call) -> Reply:
        if stumbles:
            return stumbles.pop(0)
        if spoiled:
            return spoiled[0]
        return Reply(body=body if call.path == "/json" else rss(*shown))

    def grow(count: int, since: datetime) -> list[str]:
        nonlocal first
        moments = [since + timedelta(hours=1) * (n + 1) / (count + 1) for n in range(count)]
        more = [entry(first + n, moment) for n, moment in enumerate(moments)]
        uris = [f"{key_of(urls[0])}#n{first + n}" for n in range(count)]
        first += count
        shown[:] = [*reversed(more), *shown][:PAGE]
        return uris

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
            stumble=stumbles.extend,
            grow=grow,
            page_size=PAGE,
            ceiling=PAGE,
            mend=_mend,
        )
