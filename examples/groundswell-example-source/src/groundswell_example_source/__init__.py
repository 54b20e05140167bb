"""Public notice boards as a source of Groundswell: all notices of a time window, page by page.

Copy this to begin a source of your own. The site is made up; the rules kept here are not.
"""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any

from collectors.http import Http
from groundswell.coverage import Coverage, Span
from groundswell.errors import BadAnswer, TopicError
from groundswell.post import Item, Post, Rejected
from groundswell.settings import Settings
from groundswell.source import Ask, Capabilities, Page
from groundswell.topic import Topic

SOURCE = "noticeboard"


class NoticeBoard:
    """The board that a topic names in ``[sources.noticeboard]``."""

    name = SOURCE
    route = "search"
    capabilities = Capabilities(
        keyless=True,
        since=True,
        until=True,
        history="everything since the board began",
        engagement=("likes", "replies"),
        deletion_signal=False,
        redistribution="text",
        terms="An example that does not exist has no terms.",
        lookback=timedelta(minutes=10),
    )

    def __init__(self, settings: Settings, http: Http | None = None) -> None:
        self._settings, self._http = settings, http

    async def pages(self, ask: Ask) -> AsyncIterator[Page]:
        """Answers of each window that is not covered yet, and a finding that says it is now.

        Errors of the client (``SourceError``) go through: what was yielded before is kept, and
        Groundswell writes down that the rest stays unread.
        """
        board, left = board_of(ask.topic), ask.limit
        async with nullcontext(self._http) if self._http else self._own_client() as http:
            for window in reversed(ask.holes(self.capabilities.lookback)):
                found, is_cut = 0, False
                async for page in _answers(http, board, window):
                    notices = page.body["notices"]
                    is_cut = left is not None and len(notices) > left
                    page.body["notices"] = notices[:left]
                    left = None if left is None else left - len(page.body["notices"])
                    found += len(page.body["notices"])
                    yield page
                    if is_cut:
                        break
                yield _finding(board, _covered(window, found, ask.limit if is_cut else None))

    def posts(self, page: Page) -> Iterator[Item]:
        """Each notice of a page as a post; one that cannot be read is a reject, never an error."""
        for place, notice in enumerate(page.body["notices"], start=1):
            try:
                yield _post(notice, page)
            except (KeyError, TypeError, ValueError) as error:
                yield Rejected(
                    source=SOURCE,
                    reason=f"Notice board: {type(error).__name__}: {error}",
                    raw=json.dumps(notice).encode(),
                    seen_at=page.fetched_at,
                    url=page.url,
                    place=f"notice {place}",
                )

    def _own_client(self) -> AbstractAsyncContextManager[Http]:
        return Http(self._settings, source=SOURCE)


def board_of(topic: Topic) -> str:
    """The address of the topic's board. Raises ``TopicError`` when it names none."""
    options = topic.sources.get(SOURCE)
    if options is None or not options.instances:
        raise TopicError(
            f"The topic {topic.slug!r} names no board. Add [sources.{SOURCE}] with "
            'instances = ["https://notices.example"] to its file.'
        )
    return options.instances[0].rstrip("/")


async def _answers(http: Http, board: str, window: Span) -> AsyncIterator[Page]:
    number: int | None = 1
    while number is not None:
        start, end = window
        params = {"since": start.isoformat(), "until": end.isoformat(), "page": number}
        answer = await http.get(f"{board}/notices", params=params)
        body = http.json_of(answer)
        if not isinstance(body, dict) or not isinstance(body.get("notices"), list):
            raise BadAnswer(f"{answer.url} answered without notices.", source=SOURCE)
        following = body.get("next")
        number = following if isinstance(following, int) and following > number else None
        yield Page(
            source=SOURCE,
            route="search",
            url=answer.url,  # the client has cut secrets out of it
            fetched_at=datetime.now(UTC),
            body=body,
        )


def _covered(window: Span, found: int, limit: int | None) -> Coverage:
    start, end = window
    if limit is None:
        return Coverage(start=start, end=end, status="complete", found=found)
    reason = f"the run stopped at its limit of {limit} posts"
    return Coverage(start=start, end=end, status="truncated", reason=reason, found=found)


def _finding(board: str, coverage: Coverage) -> Page:
    return Page(
        source=SOURCE,
        route="search",
        url=f"{board}/notices",
        fetched_at=datetime.now(UTC),
        body=None,
        coverage=(coverage,),
    )


def _post(notice: dict[str, Any], page: Page) -> Post:
    board = page.url.partition("/notices")[0]
    return Post(
        source=SOURCE,
        uri=f"{board}/notices/{int(notice['id'])}",  # the same in every run
        url=f"{board}/notices/{int(notice['id'])}",
        first_seen_at=page.fetched_at,
        text=str(notice["text"]),
        author=notice.get("by"),  # unknown is None, never ""
        author_id=notice.get("by"),
        created_at=datetime.fromisoformat(notice["at"]).astimezone(UTC),
        likes=notice.get("likes"),  # unknown is None, never 0
        replies=notice.get("replies"),
        raw=json.dumps(notice).encode(),
    )
