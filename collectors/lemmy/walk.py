"""Reads the answers to one question from the newest back, over pages that move while being read.

Numbered pages (v3) shift down when something new is published, which repeats posts, and up when
something is deleted, which would skip them: so each page overlaps the one before, and where nothing
of it is met again that one is read anew. Cursors (v4) name a post; when it is deleted they end.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from collectors._fields import at, text
from collectors._http import Http
from collectors.lemmy.fields import is_comment, published_of, uri_of, views_of
from collectors.lemmy.site import SOURCE, Site
from groundswell.errors import BadAnswer, Closed

MOST = 50  # posts, and as many comments, of one page
LEAST = 30  # pages of different sizes begin at more places, so that one fits the overlap
OVERLAP = 5
MOST_STARTS = 3
MOST_EMPTY = 10
LATE = timedelta(hours=1)  # a post comes from its server with the time it was made there


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One answer: its address and its body as received, with a list of posts or comments in it."""

    url: str
    body: dict[str, Any]


class Walk(ABC):
    """The way back through the answers to ``question`` to the moment ``start``.

    ``reached`` is up to where nothing is missing: all that is newer has been given. ``is_done``
    once a whole page was older than ``start``, or brought nothing new."""

    def __init__(self, http: Http, site: Site, question: str, start: datetime) -> None:
        self._http, self._site, self._question, self._start = http, site, question, start
        self._met: set[str] = set()
        self.reached: datetime | None = None
        self.is_done = False

    @abstractmethod
    async def turn(self) -> list[Answered]:
        """The next answers; mostly one. Raises ``SourceError``."""

    async def _ask(self, path: str, **place: Any) -> Answered:
        params = {"q": self._question, **place}
        answer = await self._http.get(f"{self._site.base}{path}", params=params)
        body = self._http.json_of(answer)
        lists = ("posts", "comments") if path.startswith("/api/v3") else ("search",)
        if not all(isinstance(at(body, name), list) for name in lists):
            raise BadAnswer(
                f"{SOURCE}: {answer.url} answered {answer.status} without {' and '.join(lists)} "
                f"({text(at(body, 'error')) or 'no reason given'}). It may run an unknown version.",
                source=SOURCE,
            )
        return Answered(url=answer.url, body=body)

    def _note(self, views: Sequence[Any]) -> bool:
        """Notes what was met and how far back; whether there was anything new."""
        fresh = [view for view in views if uri_of(view) not in self._met]
        self._met |= {uri for view in views if (uri := uri_of(view))}
        oldest = [moments[-1] for part in _kinds(views) if (moments := _moments(part))]
        if oldest:
            self.reached = min(max(oldest), self.reached or max(oldest))
        return bool(fresh)

    def _is_past(self, views: Sequence[Any]) -> bool:
        """Whether the page holds nothing that is as new as ``start``, late ones allowed for."""
        moments = [published_of(view) for view in views]
        return all(moment is not None and moment < self._start - LATE for moment in moments)


class Numbered(Walk):
    """Pages by number, in the interface v3."""

    _covered = 0

    async def turn(self) -> list[Answered]:
        number, limit = next_page(self._covered)
        answers = [await self._page(number, limit)]
        views = views_of(answers[0].body)
        if self._covered and self._has_slipped(views):
            answers.append(await self._page(max(1, number - 1), limit))
        all_views = [view for answer in answers for view in views_of(answer.body)]
        is_new = self._note(all_views)
        self.is_done = not is_new or self._is_past(views)
        self._covered = number * limit
        return answers

    async def _page(self, number: int, limit: int) -> Answered:
        place = {"type_": "All", "sort": "New", "listing_type": "All"}
        return await self._ask("/api/v3/search", **place, limit=limit, page=number)

    def _has_slipped(self, views: Sequence[Any]) -> bool:
        """Whether posts or comments go on without any that was met before."""
        met = [{uri_of(view) in self._met for view in part} for part in _kinds(views)]
        return any(part == {False} for part in met)


class Cursored(Walk):
    """Pages by cursor, in the interface v4."""

    def __init__(self, http: Http, site: Site, question: str, start: datetime) -> None:
        super().__init__(http, site, question, start)
        self._cursor, self._starts, self._empty = "", 1, 0
        self._followed: set[str] = set()

    async def turn(self) -> list[Answered]:
        answer = await self._next()
        views = views_of(answer.body)
        following = text(at(answer.body, "next_page")) or ""
        self._empty = 0 if views else self._empty + 1
        if following in self._followed or self._empty > MOST_EMPTY:
            raise BadAnswer(
                f"{SOURCE}: {answer.url} leads to a page already read, or to none with posts. What "
                "was read is kept; the rest is a gap.",
                source=SOURCE,
            )
        self._note(views)
        self.is_done = not following or (bool(views) and self._is_past(views))
        self._cursor = following
        self._followed |= {following} if following else set()
        return [answer]

    async def _next(self) -> Answered:
        place = {"type_": "all", "sort": "new", "listing_type": "all", "limit": MOST}
        cursor = {"page_cursor": self._cursor} if self._cursor else {}
        try:
            return await self._ask("/api/v4/search", **place, **cursor)
        except Closed as error:
            if not cursor or error.status not in (400, 404) or self._starts >= MOST_STARTS:
                raise
        self._starts += 1  # the post that the cursor named is gone: from the newest again
        self._followed.clear()
        return await self._ask("/api/v4/search", **place)


def walk_of(http: Http, site: Site, question: str, start: datetime) -> Walk:
    """The way back that the site's interface allows."""
    kind = Cursored if site.api == "v4" else Numbered
    return kind(http, site, question, start)


def next_page(covered: int) -> tuple[int, int]:
    """Number and size of the page that goes furthest beyond the first ``covered`` answers and still
    begins at least ``OVERLAP`` before their end."""
    begin = max(0, covered - OVERLAP)
    pages = [(begin // size + 1, size) for size in range(LEAST, MOST + 1)]
    return max(pages, key=lambda page: (page[0] * page[1], page[1]))


def _kinds(views: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """Posts and comments, which v3 pages apart; of v4 the order holds for both."""
    return [v for v in views if not is_comment(v)], [v for v in views if is_comment(v)]


def _moments(views: Sequence[Any]) -> list[datetime]:
    """When they were published, newest first."""
    return sorted((m for view in views if (m := published_of(view))), reverse=True)
