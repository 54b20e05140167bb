"""Reading recent search question by question, so that nothing is paid for twice.

Coverage says where all questions were read; the cursor says where each of them was, since a budget
may end between two.
"""

from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import AwareDatetime

from collectors._cursor import Remembered, read_back
from collectors.x.api import PAGE_SIZE, SOURCE, Answered, Api
from collectors.x.items import made
from collectors.x.words import wording
from groundswell.coverage import Coverage, Span, Status, merge, uncovered
from groundswell.errors import BudgetSpent, Closed, SourceError
from groundswell.source import Ask, Page

ROUTE = "search"
REACH = timedelta(days=7) - timedelta(minutes=1)  # X refuses a start a second too early
SETTLE = timedelta(seconds=15)  # X wants an end at least 10 s past (T-X-3)

EMPTY_PAGES = 20  # so many in a row, each with a next one, and a question is given up

_SECOND = timedelta(seconds=1)
_LIMIT = "The run stopped at the number of posts it was limited to."
_TOO_OLD = "X's recent search reaches back 7 days only."


class Cursor(Remembered):
    """Which spans of time each question was read in, half-open, UTC."""

    source: Literal["x"] = "x"
    read: dict[str, tuple[tuple[AwareDatetime, AwareDatetime], ...]] = {}

    def moments(self) -> Iterator[datetime]:
        """See ``Remembered``."""
        yield from (end for spans in self.read.values() for _, end in spans)


class Reading:
    """One run."""

    def __init__(self, ask: Ask) -> None:
        self._ask, self._left = ask, ask.limit
        self._asked = wording(ask.topic.query.searches())
        known = read_cursor(ask.cursor, ask.topic.slug, ask.now).read
        self._read = {q: _as_read(known.get(q, ())) for q in self._asked.questions}
        self._handed: set[str] = set()
        self._why = _LIMIT

    async def run(self, api: Api) -> AsyncIterator[Page]:
        """Pages, and findings that settle each hole, the newest first."""
        reach = api.now - REACH
        self._forget(reach)
        for start, end in reversed(self._ask.holes(timedelta(0))):
            span = _seconds(max(start, reach), min(end, api.now - SETTLE))
            if start < reach:
                old = Coverage(start=start, end=min(end, reach), status="gap", reason=_TOO_OLD)
                yield self._finding(api, [old])
            if span[0] < span[1]:
                async for page in self._hole(api, span):
                    yield page

    async def _hole(self, api: Api, span: Span) -> AsyncIterator[Page]:
        """All questions in one hole. Whatever ends it, what was read is settled and the rest is a
        gap with its reason."""
        try:
            for question in self._asked.questions:
                for part in reversed(uncovered(span, self._read[question])):
                    async for page in self._part(api, question, part):
                        yield page
        except SourceError as error:
            status: Status = "budget" if isinstance(error, BudgetSpent) else "gap"
            status = "closed" if isinstance(error, Closed) else status
            yield self._finding(api, self._windows(span, status, str(error)))
            raise
        yield self._finding(api, self._windows(span, "truncated", self._why))

    async def _part(self, api: Api, question: str, part: Span) -> AsyncIterator[Page]:
        """One question in what was not read of it yet, newest first."""
        line, token = part[1], None
        asked, empty = set[str](), 0
        while self._left != 0:
            most = PAGE_SIZE if self._left is None else self._left
            answer = await api.search(question, part[0], part[1], token, most)
            token, empty = answer.next_token, 0 if answer.posts else empty + 1
            fresh, is_cut = self._fresh(answer)
            if not is_cut:
                line = part[0] if token is None else _line(answer, part, line)
                self._mark(question, (line, part[1]))
            yield self._page(answer, fresh)
            if token is None or is_cut:
                return
            if token in asked or empty >= EMPTY_PAGES:
                self._why = "X's search gave the same page twice, or nothing many times in a row."
                return
            asked.add(token)

    def _mark(self, question: str, span: Span) -> None:
        if span[0] < span[1]:
            self._read[question] = merge(self._read[question], _as_read([span]))

    def _forget(self, before: datetime) -> None:
        """What can no longer be asked for need not be remembered."""
        for question, known in self._read.items():
            self._read[question] = [window for window in known if window.end > before]

    def _fresh(self, answer: Answered) -> tuple[list[Any], bool]:
        """The posts not handed on before, as many as the run may still take, and whether some had
        to be left."""
        fresh: list[Any] = []
        for post in answer.posts:
            key = str(post.get("id")) if isinstance(post, dict) else ""
            if key in self._handed:
                continue
            if self._left == 0:
                return fresh, True
            self._handed |= {key} if key else set()
            self._left = None if self._left is None else self._left - 1
            fresh.append(post)
        return fresh, False

    def _windows(self, span: Span, status: Status, reason: str) -> list[Coverage]:
        """Read where all questions were, and not read where one of them was not."""
        unread = [
            Coverage(start=start, end=end, status="complete")
            for question in self._asked.questions
            for start, end in uncovered(span, self._read[question])
        ]
        rest = [replace(w, status=status, reason=reason) for w in merge((), unread)]
        caveat = self._asked.caveat
        whole: Status = "truncated" if caveat else "complete"
        read = [
            Coverage(start=start, end=end, status=whole, reason=caveat)
            for start, end in uncovered(span, unread)
        ]
        return [*rest, *read]

    def _page(self, answer: Answered, fresh: list[Any]) -> Page:
        return Page(
            source=SOURCE,
            route=ROUTE,
            url=answer.url,
            fetched_at=answer.fetched_at,
            body={**answer.body, "data": fresh},
            cursor=self._cursor(),
        )

    def _finding(self, api: Api, coverage: Iterable[Coverage]) -> Page:
        return Page(
            source=SOURCE,
            route=ROUTE,
            url="https://x.com/",
            fetched_at=api.now,
            body=None,
            coverage=tuple(coverage),
            cursor=self._cursor(),
        )

    def _cursor(self) -> str:
        read = {q: tuple((w.start, w.end) for w in known) for q, known in self._read.items()}
        return Cursor(version=1, read=read).model_dump_json()


def read_cursor(written: str | None, topic: str, now: datetime) -> Cursor:
    """The cursor in ``written``; an empty one for None. Raises ``StateError``: without it, money
    would be spent twice for the same posts."""
    return read_back(Cursor, written, f"x: what was remembered of reading {topic!r}", now)


def _as_read(spans: Iterable[Span]) -> list[Coverage]:
    return [Coverage(start=start, end=end, status="complete") for start, end in spans]


def _seconds(start: datetime, end: datetime) -> Span:
    """Whole seconds, as X counts them, inside the window given."""
    begins = start.replace(microsecond=0)
    return (begins if begins >= start else begins + _SECOND, end.replace(microsecond=0))


def _line(answer: Answered, span: Span, line: datetime) -> datetime:
    """Above the last post of a page, which others may share a second with."""
    times = [time for post in answer.posts if (time := made(post)) is not None]
    if not times:
        return line
    return max(span[0], min(line, times[-1].replace(microsecond=0) + _SECOND))
