"""The example source against a board of this process: no network, no waiting."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx
from groundswell_example_source import NoticeBoard

from collectors.http import Http
from groundswell.post import Post, Rejected
from groundswell.query import parse
from groundswell.settings import Settings
from groundswell.source import Ask, Page
from groundswell.topic import SourceOptions, Topic

NOW = datetime(2025, 2, 1, tzinfo=UTC)
SINCE = datetime(2025, 1, 20, tzinfo=UTC)
NOTICES: list[dict[str, Any]] = [
    {"id": 1, "at": "2025-01-21T10:00:00+01:00", "by": "sample-user-7", "text": "OpenAI, one"},
    {"id": 2, "at": "2025-01-22T10:00:00Z", "text": "OpenAI, two", "likes": 0, "replies": 4},
    {"id": "x", "at": "2025-01-23T10:00:00Z", "text": "not a notice"},
]


def board(request: httpx.Request) -> httpx.Response:
    """Two notices a page."""
    number = int(request.url.params["page"])
    shown = NOTICES[number * 2 - 2 : number * 2]
    following = number + 1 if number * 2 < len(NOTICES) else None
    return httpx.Response(200, json={"notices": shown, "next": following})


def read(limit: int | None = None) -> tuple[NoticeBoard, list[Page]]:
    topic = Topic(
        slug="sample",
        title="A sample",
        query=parse("openai"),
        sources={"noticeboard": SourceOptions(instances=("https://notices.example/",))},
    )
    ask = Ask(topic=topic, span=(SINCE, NOW), now=NOW, limit=limit)

    async def run() -> tuple[NoticeBoard, list[Page]]:
        settings, transport = Settings(), httpx.MockTransport(board)
        async with Http(settings, source="noticeboard", transport=transport) as http:
            collector = NoticeBoard(settings, http)
            return collector, [page async for page in collector.pages(ask)]

    return asyncio.run(run())


def test_notices_become_posts_and_the_window_is_complete() -> None:
    collector, pages = read()
    items = [item for page in pages if page.body is not None for item in collector.posts(page)]
    first, second, third = items
    assert isinstance(first, Post)
    assert first.created_at == datetime(2025, 1, 21, 9, tzinfo=UTC)
    assert (first.author, first.likes, first.replies) == ("sample-user-7", None, None)
    assert isinstance(second, Post)
    assert (second.author, second.likes, second.replies) == (None, 0, 4)
    assert isinstance(third, Rejected)
    (covered,) = pages[-1].coverage
    assert (covered.start, covered.end, covered.status) == (SINCE, NOW, "complete")


def test_a_limit_is_kept_and_said() -> None:
    _, pages = read(limit=1)
    assert [len(page.body["notices"]) for page in pages if page.body] == [1]
    assert pages[-1].coverage[0].status == "truncated"
