"""Hacker News through its public search by Algolia: stories and comments since 2007, no key.

One search gives at most 1,000 hits whatever the page, so windows of time are halved until they fit.
About 10,000 requests an hour are allowed from one address. Texts stay with a link back.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from collectors._http import Http
from collectors._seconds import Window
from collectors._set_aside import alone, item_of
from collectors.hackernews.items import SOURCE, id_of, read_hits, read_item
from collectors.hackernews.windows import CEILING, OVERFULL, Progress, windows
from collectors.hackernews.words import renderings
from groundswell.coverage import Coverage
from groundswell.errors import BadAnswer, BodyTooLarge
from groundswell.post import Item
from groundswell.settings import Settings
from groundswell.source import Ask, Capabilities, Estimate, Page, SetAside, Stored
from groundswell.topic import Topic


@dataclass(frozen=True, slots=True)
class _Read:
    """All pages of one search in one window, and how many hits the site counts there."""

    pages: list[Page]
    counted: int

    @property
    def given(self) -> int:
        return sum(len(page.body["hits"]) for page in self.pages)

    @property
    def is_whole(self) -> bool:
        """The count is no more than what was given, and that is short of the ceiling."""
        return self.counted <= self.given < CEILING


class HackerNews:
    """Hacker News search. Newest windows first: a run that is stopped has the present."""

    name = SOURCE
    route = "search"
    capabilities = Capabilities(
        keyless=True,
        since=True,
        until=True,
        history="everything since 2007",
        engagement=("likes", "replies"),
        deletion_signal=True,
        redistribution="text",
        collect_every=timedelta(minutes=15),
        terms="No explicit licence: link back, and let go of what was deleted there.",
        lookback=timedelta(minutes=10),
    )

    def __init__(self, settings: Settings, http: Http | None = None) -> None:
        self._settings, self._http = settings, http

    async def pages(self, ask: Ask) -> AsyncIterator[Page]:
        """Answers window by window, newest first; a finding that covers it ends each window.

        A window is complete when every search of the query was read in it to the end. What the
        limit leaves unread is a gap.
        """
        searches = renderings(ask.topic.query.searches())
        left = ask.limit
        async with self._client() as http:
            for window in windows(ask, self.capabilities.lookback):
                if left == 0:
                    reason = f"not read: the run stopped at its limit of {ask.limit} posts"
                    yield self._finding([window.covered("gap", reason)])
                    continue
                progress = Progress(window, left)
                for search in searches:
                    async for page in self._walk(http, search, progress):
                        yield page
                left = progress.left
                yield self._finding(progress.coverage())

    def posts(self, page: Page) -> Iterator[Item]:
        """Stories, comments, deletions and rejects of one page."""
        return read_item(page) if page.route == "item" else read_hits(page)

    async def recheck(self, stored: Sequence[Stored]) -> AsyncIterator[Page]:
        """Items as the site itself shows them now, one page each (route ``item``): the counts of
        today, and whether they are deleted or dead. Raises ``SourceError``."""
        async with self._client() as http:
            for post in stored:
                url = f"{self._settings.hackernews_items_url}/v0/item/{id_of(post.uri)}.json"
                answer = await http.get(url)
                page = _page("item", answer.url, {"item": http.json_of(answer)})
                yield replace(page, context={"uri": post.uri})

    async def check(self, topic: Topic | None = None) -> str:  # noqa: ARG002  # one site for all
        """One question of one hit. Raises ``SourceError``."""
        second = Window(0, int(datetime.now(UTC).timestamp()))
        async with self._client() as http:
            page = await self._page(http, ("", "prefixNone"), second, 0, hits=1)
        return f"{page.body['nbHits']:,} stories and comments can be searched"

    async def estimate(self, ask: Ask) -> Estimate:
        """See ``groundswell.source.Estimable``. Large numbers of the search are rounded by it."""
        start, end = (int(at.timestamp()) for at in ask.span)
        searches = renderings(ask.topic.query.searches())
        hits = 0
        async with self._client() as http:
            for search in searches:
                page = await self._page(http, search, Window(start, end), 0, hits=1)
                hits += page.body["nbHits"]
        return Estimate(hits=hits, searches=len(searches))

    async def page_of(self, kept: SetAside) -> Page:
        """See ``groundswell.source.Requeueable``."""
        return alone(self, kept, {"hits": [item_of(kept)]})

    def _client(self) -> AbstractAsyncContextManager[Http]:
        return nullcontext(self._http) if self._http else Http(self._settings, source=SOURCE)

    async def _walk(
        self, http: Http, search: tuple[str, str], progress: Progress
    ) -> AsyncIterator[Page]:
        """Pages of one search in one window, halved again and again where it has too many hits."""
        waiting = [progress.window]
        while waiting and not progress.cut:
            part = waiting.pop()
            read = await self._read(http, search, part)
            if read is None or not (read.is_whole or part.is_one_second):
                waiting.extend(part.halves())
                continue
            if read.counted > read.given:
                progress.overfull.append(_overfull(part, read))
            for page in read.pages:
                page.body["hits"] = progress.fresh(page.body["hits"])
                yield page

    async def _read(self, http: Http, search: tuple[str, str], part: Window) -> _Read | None:
        """What one search gives in ``part``; None when it is plainly too much."""
        pages: list[Page] = []
        counted, last = 0, 1
        while len(pages) < last:
            try:
                page = await self._page(http, search, part, len(pages))
            except BodyTooLarge:
                if part.is_one_second:
                    raise
                return None
            counted = max(counted, page.body["nbHits"])
            if counted > CEILING and not part.is_one_second:
                return None
            pages.append(page)
            last = min(_pages_in(page.body), CEILING) if page.body["hits"] else 0
        return _Read(pages, counted)

    async def _page(
        self, http: Http, search: tuple[str, str], part: Window, number: int, hits: int = CEILING
    ) -> Page:
        text, query_type = search
        answer = await http.get(
            f"{self._settings.hackernews_url}/api/v1/search_by_date",
            params={
                "query": text,
                "tags": "(story,comment)",
                "numericFilters": f"created_at_i>={part.start},created_at_i<{part.end}",
                "hitsPerPage": hits,
                "page": number,
                "advancedSyntax": "true",
                "typoTolerance": "false",
                "queryType": query_type,
            },
        )
        return _page(self.route, answer.url, _checked(http.json_of(answer), answer.url))

    def _finding(self, coverage: list[Coverage]) -> Page:
        page = _page(self.route, self._settings.hackernews_url, None)
        return replace(page, coverage=tuple(coverage))


def _page(route: str, url: str, body: Any) -> Page:
    return Page(source=SOURCE, route=route, url=url, fetched_at=datetime.now(UTC), body=body)


def _checked(body: Any, url: str) -> dict[str, Any]:
    """The body, if it is an answer of the search; anything else is not "no hits"."""
    own = body if isinstance(body, dict) else {}
    if isinstance(own.get("hits"), list) and isinstance(own.get("nbHits"), int):
        return own
    said = own.get("message")
    raise BadAnswer(
        f"Hacker News search answered {url} without hits and their number"
        f"{f' ({said})' if isinstance(said, str) else ''}. It may have changed; see "
        "https://hn.algolia.com/api and update Groundswell.",
        source=SOURCE,
    )


def _pages_in(body: dict[str, Any]) -> int:
    count = body.get("nbPages")
    return count if isinstance(count, int) else 1


def _overfull(second: Window, read: _Read) -> Coverage:
    reason = f"{read.counted} hits in one second, of which the search gives {read.given} {OVERFULL}"
    return second.covered("gap", reason, read.given)
