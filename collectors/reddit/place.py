"""One place of Reddit in one run, a subreddit or all: its searches, its newest, its talks."""

import re
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from collectors._fields import at, count, text
from collectors.reddit.api import PAGE_SIZE, Answered, Api
from collectors.reddit.comments import LIMIT, Talks, grown
from collectors.reddit.cursor import FOLLOWED, Cursor, Opened
from collectors.reddit.items import SOURCE, read_thing
from collectors.reddit.walk import CEILING, SearchWalk, Walk
from collectors.reddit.words import Wording
from groundswell.coverage import Coverage, Span, uncovered
from groundswell.errors import TopicError
from groundswell.post import Post
from groundswell.query import Query
from groundswell.source import Ask, Page

ALL = "all"
ROUTE = "search"
LOOKBACK = timedelta(hours=1)

_NAME = re.compile(r"[A-Za-z0-9_]{2,24}")
_CUT = f"Reddit shows no more than about {CEILING:,} of a listing, and narrower ones were cut too"
_CEILING_MARK = "(T-RED-1)"  # marks what no second try can fill


def place_of(written: str) -> str:
    """The name of a subreddit, from ``r/name``, ``name`` or its address. Raises ``TopicError``."""
    name = written.strip().rstrip("/").rpartition("/")[2]
    if not _NAME.fullmatch(name):
        raise TopicError(
            f"“{written}” is not a subreddit. Write its name, as in LocalLLaMA or r/LocalLLaMA."
        )
    return ALL if name.lower() == ALL else name


@dataclass(slots=True)
class PlaceReading:
    """``left`` is how many posts the run may still take (None: all), ``seen`` what it has handed
    on, ``settled`` what became known."""

    api: Api
    name: str
    ask: Ask
    asked: Wording
    cursor: Cursor
    left: int | None
    seen: set[str]
    settled: list[Coverage] = field(default_factory=list)
    _cut: bool = False
    _matching: dict[str, Opened] = field(default_factory=dict)

    @property
    def instance(self) -> str:
        """The place in every table."""
        return f"r/{self.name}"

    async def run(self) -> AsyncIterator[Page]:
        """Pages of submissions and what they settle, then pages of comments and what they do."""
        span = self._span()
        if span is not None:
            async for page in self._submissions(span):
                yield page
        async for page in self._comments():
            yield page

    def _span(self) -> Span | None:
        """From the oldest hole that can be filled to the newest; None when there is none."""
        known = [*self.ask.known_by.get(self.instance, ())]
        full = [replace(c, status="complete") for c in known if _is_full(c)]
        holes = [
            part
            for hole in self.ask.holes(LOOKBACK, self.instance)
            for part in uncovered(hole, full)
        ]
        end = min(holes[-1][1], self.ask.now) if holes else self.ask.now
        return (holes[0][0], end) if holes and holes[0][0] < end else None

    async def _submissions(self, span: Span) -> AsyncIterator[Page]:
        start, end = span
        walks = [
            SearchWalk(f"r/{self.name}/search/", words, start, end, self.name == ALL)
            for words in self.asked.questions
        ]
        newest = Walk(f"r/{self.name}/new", {}, start, end)
        listings: list[SearchWalk | Walk] = [*walks, *([] if self.name == ALL else [newest])]
        for walk in listings:
            async for answer in walk.run(self.api):
                yield self._page(answer, self._fresh(answer))
                if self._cut:
                    yield self._settled([_truncated(span, LIMIT)], span)
                    return
        line = max(walk.floor for walk in walks) if not self.asked.caveat else end
        if self.name != ALL:
            line = min(line, newest.floor)
        yield self._settled(self._windows(span, line, walks), span)

    def _settled(self, coverage: list[Coverage], span: Span) -> Page:
        """What is known of the submissions, and in the cursor with it whose comments are due. A
        page holds submissions from before the span too, whose talk is over."""
        begins = min(self.ask.now - FOLLOWED, span[0])
        found = {number: one for number, one in self._matching.items() if one.made >= begins}
        self.cursor = self.cursor.having_met(self.instance, found, self.ask.now)
        return self._finding(self.instance, coverage)

    async def _comments(self) -> AsyncIterator[Page]:
        """Below what is due, and below what was read lately where the number of comments is
        another one than last time."""
        place = f"{self.instance}/comments"
        followed = self.cursor.followed(self.instance, self.ask.now)
        due = self.cursor.due.get(self.instance, {})
        talks = Talks({**await self._grown(followed), **due}, self.left)
        async for answer, body in talks.run(self.api):
            yield self._page(answer, body)
        self.left = talks.left
        self.cursor = self.cursor.having_read(
            self.instance, talks.opened, talks.refused, self.ask.now
        )
        reason, holes = talks.reason(), self.ask.holes(timedelta(0), place)
        windows = [
            _truncated((start, min(end, self.ask.now)), reason)
            if reason
            else Coverage(start=start, end=min(end, self.ask.now), status="complete")
            for start, end in holes
            if start < self.ask.now
        ]
        yield self._finding(place, windows)

    async def _grown(self, followed: dict[str, Opened]) -> dict[str, Opened]:
        asked = [number for number in followed if number not in self._matching]
        found: dict[str, Opened] = {}
        for first in range(0, len(asked), PAGE_SIZE):
            names = [f"t3_{number}" for number in asked[first : first + PAGE_SIZE]]
            found |= grown(followed, (await self.api.info(names)).children)
        return found

    def _fresh(self, answer: Answered) -> Any:
        """The body with those items only that no other listing of this run showed."""
        taken = []
        for child in answer.children:
            name = text(at(child, "data", "name"))
            if name in self.seen:
                continue
            self._cut = self._cut or self.left == 0
            if self._cut:
                break
            self.seen |= {name} if name else set()
            self.left = None if self.left is None else self.left - 1
            taken.append(child)
        body = {**answer.body, "data": {**answer.body["data"], "children": taken}}
        self._matching |= _matching(taken, self._page(answer, body), self.ask.topic.query)
        return body

    def _windows(self, span: Span, line: datetime, walks: Sequence[SearchWalk]) -> list[Coverage]:
        start, end = span
        is_cut = any(walk.cut for walk in walks)
        reason = f"{_CUT} {_CEILING_MARK}." if is_cut else self.asked.caveat or f"{_CUT}."
        rest = [_truncated((start, line), reason)] if start < line else []
        read = [Coverage(start=line, end=end, status="complete")] if line < end else []
        return [*rest, *read]

    def _page(self, answer: Answered, body: Any) -> Page:
        return Page(
            source=SOURCE,
            route=ROUTE,
            url=answer.url,
            fetched_at=answer.fetched_at,
            body=body,
            instance=self.instance,
        )

    def _finding(self, instance: str, coverage: Iterable[Coverage]) -> Page:
        windows = tuple(coverage)
        self.settled.extend(windows if instance == self.instance else ())
        return Page(
            source=SOURCE,
            route=ROUTE,
            url=f"https://www.reddit.com/{self.instance}",
            fetched_at=self.api.now,
            body=None,
            instance=instance,
            coverage=windows,
            cursor=self.cursor.model_dump_json(),
        )


def _matching(children: Sequence[Any], page: Page, query: Query) -> dict[str, Opened]:
    """The submissions among ``children`` that fit the topic, by id: their comments are wanted."""
    found = {}
    for child in children:
        item = read_thing(child, page, "")
        if isinstance(item, Post) and item.created_at and query.matches(item):
            comments = count(at(child, "data", "num_comments")) or 0
            found[str(at(child, "data", "id"))] = Opened(made=item.created_at, comments=comments)
    return found


def _truncated(span: Span, reason: str) -> Coverage:
    return Coverage(start=span[0], end=span[1], status="truncated", reason=reason)


def _is_full(window: Coverage) -> bool:
    return window.status == "truncated" and _CEILING_MARK in (window.reason or "")
