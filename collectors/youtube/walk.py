"""Reading the comments of one video, newest thread first, page by page until what is wanted ends.

Each page is settled by itself: a run that ends here loses nothing that it paid for. The site lists
threads by when they were begun, so that a late reply to an old thread is seen only while that
thread is still inside the period read.
"""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from collectors._fields import at, items
from collectors.youtube.api import SOURCE, Answered, Api
from collectors.youtube.cursor import Cursor
from collectors.youtube.items import begun, newest_of, replies_wanting
from groundswell.coverage import Coverage, Span, Status
from groundswell.errors import Closed
from groundswell.source import Page

PAGE_SIZE = 100
EMPTY_PAGES = 20  # so many in a row, each with a next one, and the video is given up
ROUTE = "comments"

_SECOND = timedelta(seconds=1)


@dataclass(slots=True)
class VideoWalk:
    """One video in one run. ``left`` is how many comments the run may still take (None: all),
    ``cursor`` what is to be remembered, ``settled`` what was settled so far."""

    api: Api
    video: str
    cursor: Cursor
    left: int | None
    settled: list[Coverage] = field(default_factory=list)
    cut: bool = False

    async def run(self, holes: list[Span]) -> AsyncIterator[Page]:
        """Pages of comments, each followed by a finding that settles it."""
        for token, span in self._legs(holes):
            async for page in self._leg(token, span):
                yield page

    def _legs(self, holes: list[Span]) -> list[tuple[str | None, Span]]:
        """Where to begin and what to cover: the top, and below it where an earlier run stopped."""
        if not holes:
            return []
        start, end = holes[0][0], holes[-1][1]
        rest = self.cursor.unfinished.get(self.video)
        if rest is None or not start < rest.line:
            return [(None, (start, end))]
        above = [hole for hole in holes if hole[1] > rest.line]
        below = (rest.token, (start, min(rest.line, end)))
        return [*([(None, (max(above[0][0], rest.line), end))] if above else []), below]

    async def _leg(self, token: str | None, span: Span) -> AsyncIterator[Page]:
        line, asked, empty = span[1], set[str](), 0
        while True:
            try:
                answer = await self._threads(token)
            except Closed as error:
                if error.status != 400 or token is None or asked:
                    raise
                token = None  # the token of an earlier run is no longer taken: from the top again
                continue
            threads = items(answer.body["items"])
            async for page in self._pages(answer, threads, span[0]):
                yield page
            if self.cut:
                yield self._finding(self._window(span[0], line, "truncated", _LIMIT))
                return
            token, last = answer.next_token, line
            is_over = token is None or _all_before(threads, span[0])
            line = span[0] if is_over else _line(threads, span, line)
            empty = 0 if threads else empty + 1
            fault = _fault(token, asked, empty)
            if fault and not is_over:
                yield self._finding(self._window(span[0], last, "gap", fault))
                return
            self.cursor = self._remembered(span, line, None if is_over else token)
            yield self._finding(self._window(line, last, "complete"))
            if is_over:
                return
            asked.add(token or "")

    def _remembered(self, span: Span, line: datetime, token: str | None) -> Cursor:
        """A leg at the top leaves alone what an earlier run left unfinished below it."""
        rest = self.cursor.unfinished.get(self.video)
        if rest is not None and rest.line <= span[0]:
            return self.cursor
        return self.cursor.at(self.video, line, token)

    async def _pages(
        self, answer: Answered, threads: list[Any], start: datetime
    ) -> AsyncIterator[Page]:
        """The threads, and the replies that they have but do not show (T-YT-3)."""
        wanting = {
            parent
            for thread in threads
            if (parent := replies_wanting(thread)) and (newest_of(thread) or start) >= start
        }
        shown = [
            _bare(thread) if replies_wanting(thread) in wanting else thread for thread in threads
        ]
        yield self._page(answer, self._within_limit(shown))
        for parent in sorted(wanting):
            token, asked = None, set[str]()
            while not self.cut:
                replies = await self.api.ask(
                    "comments",
                    part="snippet",
                    parentId=parent,
                    maxResults=PAGE_SIZE,
                    textFormat="plainText",
                    pageToken=token,
                )
                yield self._page(replies, self._within_limit(replies.body["items"]))
                token = replies.next_token
                if token is None or token in asked:
                    break
                asked.add(token)

    async def _threads(self, token: str | None) -> Answered:
        return await self.api.ask(
            "commentThreads",
            part="snippet,replies",
            videoId=self.video,
            order="time",
            maxResults=PAGE_SIZE,
            textFormat="plainText",
            pageToken=token,
        )

    def _within_limit(self, found: list[Any]) -> list[Any]:
        """As many items as the run may still take; notes whether some had to be left."""
        if self.left is None:
            return found
        taken = []
        for item in found:
            size = 1 + len(items(at(item, "replies", "comments")))
            if size > self.left:
                self.cut = True
                break
            self.left -= size
            taken.append(item)
        return taken

    def _page(self, answer: Answered, shown: list[Any]) -> Page:
        return Page(
            source=SOURCE,
            route=ROUTE,
            url=answer.url,
            fetched_at=answer.fetched_at,
            body={**answer.body, "items": shown},
            instance=self.video,
        )

    def _window(
        self, start: datetime, end: datetime, status: Status, reason: str | None = None
    ) -> Iterable[Coverage]:
        if start < end:
            yield Coverage(start=start, end=end, status=status, reason=reason)

    def _finding(self, windows: Iterable[Coverage]) -> Page:
        coverage = tuple(windows)
        self.settled.extend(coverage)
        return Page(
            source=SOURCE,
            route=ROUTE,
            url=f"https://www.youtube.com/watch?v={self.video}",
            fetched_at=self.api.now,
            body=None,
            instance=self.video,
            coverage=coverage,
            cursor=self.cursor.model_dump_json(),
        )


_LIMIT = "The run stopped at the number of posts it was limited to."


def _bare(thread: Any) -> Any:
    """A thread without the few replies it shows, which come whole by themselves."""
    return {name: value for name, value in thread.items() if name != "replies"}


def _all_before(threads: list[Any], start: datetime) -> bool:
    """Whether a whole page is older than ``start``: one old thread may be pinned (T-YT-4)."""
    times = [newest_of(thread) for thread in threads]
    return bool(times) and all(time is not None and time < start for time in times)


def _line(threads: list[Any], span: Span, line: datetime) -> datetime:
    """Down to where everything was shown: above the last thread, which others may share a second
    with. A pinned one stands first and does not count unless it is alone."""
    times = [time for thread in threads if (time := begun(thread)) is not None]
    return max(span[0], min(line, times[-1] + _SECOND)) if times else line


def _fault(token: str | None, asked: set[str], empty: int) -> str | None:
    if token in asked:
        return "YouTube gave the same page twice; what comes below it was not read."
    if empty >= EMPTY_PAGES:
        return f"YouTube gave {EMPTY_PAGES} empty pages in a row; the rest was not read."
    return None
