"""A server of invented feeds, and what a poll of them left behind."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from collectors.rss.entry import Feed
from collectors.rss.reader import FeedReader
from collectors.rss.reading import read_feed
from collectors.rss.state import key_of
from groundswell.settings import Settings
from groundswell.source import Page
from tests.collectors.test_feed_reading import rss
from tests.collectors.web import Call, Reply, Web

SETTINGS = Settings(allow_private_addresses=True, request_tries=2)
CANARY = "canary-4711-token"


def entry(number: int, at: datetime, title: str = "OpenAI") -> str:
    """An item of a feed, invented."""
    return (
        f"<guid isPermaLink='false'>n{number}</guid><title>{title} {number}</title>"
        f"<pubDate>{at:%a, %d %b %Y %H:%M:%S} GMT</pubDate>"
    )


class Press:
    """A server of feeds: ``feeds`` maps a path to what it answers, or to a function of the call."""

    def __init__(self) -> None:
        self.feeds: dict[str, Reply | Callable[[Call], Reply]] = {}
        self.web = Web(self._answer)

    def _answer(self, call: Call) -> Reply:
        found = self.feeds.get(call.path, Reply(status=404))
        return found if isinstance(found, Reply) else found(call)

    def url(self, path: str = "/feed") -> str:
        return self.web.url + path

    def publish(self, *items: str, path: str = "/feed", **headers: str) -> None:
        self.feeds[path] = Reply(body=rss(*items), headers=headers)


class HereAndNow(FeedReader):
    """Reads in this process: starting another for each test would take most of the time."""

    async def read(self, body: bytes, *, content_type: str = "", url: str = "") -> Feed:
        return read_feed(body, content_type=content_type, url=url)


def cursor_of(pages: list[Page]) -> str | None:
    return pages[-1].cursor


def state_of(pages: list[Page], url: str) -> dict[str, Any]:
    state = json.loads(pages[-1].cursor or "{}")["feeds"][key_of(url)]
    assert isinstance(state, dict)
    return state
