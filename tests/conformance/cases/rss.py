"""A small world for rss in which the contract is tried."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from collectors.rss import Rss
from groundswell.settings import Settings
from tests.collectors.asks import ask, topic
from tests.collectors.feed_press import HereAndNow
from tests.collectors.test_feed_reading import rss
from tests.collectors.web import Call, Reply, Web
from tests.conformance.case import CANARY, HOSTILE, Case


@contextmanager
def case(_: Path) -> Iterator[Case]:
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
