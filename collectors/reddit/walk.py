"""Reading one listing of Reddit, newest first, down to where a window begins or the site stops.

A listing ends near 1,000 items whatever there is below; a search that was cut there is asked again
in two halves, and again, and what even that leaves out is said. A page is named by the last item
of the one before it: when that item is taken away the chain breaks, and is taken up further above.
"""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from collectors._fields import at, text
from collectors.reddit.api import Answered, Api
from collectors.reddit.items import created
from collectors.reddit.words import halves

CEILING = 1_000
NEAR_CEILING = 950  # removed items are left out of what the site counts
MOST_HALVINGS = 6  # of one question, each of which reads up to 1,000 items again
ANCHORS = (1, 5, 25)  # how far above a broken link of the chain it is taken up again
TRUSTED_SHARE = 0.98  # of what the whole showed, its halves must show: else they are no halves

_SECOND = timedelta(seconds=1)


@dataclass(slots=True)
class Walk:
    """One listing. ``floor`` (UTC) is how far down it was read without a hole; ``cut`` says that
    the site stopped, not the listing."""

    path: str
    params: dict[str, str]
    start: datetime
    floor: datetime
    cut: bool = False
    subreddits: Counter[str] = field(default_factory=Counter)
    shown: set[str] = field(default_factory=set)
    _names: list[str] = field(default_factory=list)  # of the page read last

    async def run(self, api: Api) -> AsyncIterator[Answered]:
        """The answers, newest first."""
        after: str | None = None
        asked: set[str] = set()
        while True:
            answer = await self._page(api, after)
            yield answer
            if after is not None and not answer.children:
                self.cut = True  # nothing below any of the items above: the chain is broken
                return
            self._take(answer.children)
            if self._is_past(answer.children):
                self.floor = self.start
                return
            after = answer.after
            if after is None or after in asked:
                self.cut = len(self.shown) >= NEAR_CEILING or after is not None
                self.floor = self.floor if self.cut else self.start
                return
            asked.add(after)

    async def _page(self, api: Api, after: str | None) -> Answered:
        """One page. None at all after a full one is what a removed item looks like as well: then
        the page after an item further above is asked for."""
        answer = await api.listing(self.path, after=after, **self.params)
        above = [self._names[-1 - back] for back in ANCHORS if back < len(self._names)]
        for anchor in above if after is not None else ():
            if answer.children:
                break
            answer = await api.listing(self.path, after=anchor, **self.params)
        return answer

    def _take(self, children: Sequence[Any]) -> None:
        self._names = [name for child in children if (name := text(at(child, "data", "name")))]
        self.shown.update(self._names)
        self.subreddits.update(
            name for child in children if (name := text(at(child, "data", "subreddit")))
        )
        times = [time for child in children if (time := created(child)) is not None]
        if times:
            self.floor = max(self.start, min(self.floor, times[-1] + _SECOND))

    def _is_past(self, children: Sequence[Any]) -> bool:
        """Whether a whole page is older than the window: single ones may stand out of order."""
        times = [created(child) for child in children]
        return bool(times) and all(time is not None and time < self.start for time in times)


@dataclass(slots=True)
class SearchWalk:
    """One search of one place. ``floor`` and ``cut`` as of ``Walk``, its halves included."""

    path: str
    question: str
    start: datetime
    floor: datetime
    everywhere: bool
    cut: bool = False
    shown: set[str] = field(default_factory=set)

    async def run(self, api: Api) -> AsyncIterator[Answered]:
        """The answers of the search, and of narrower ones where it was cut (T-RED-1)."""
        top, left = self.floor, MOST_HALVINGS
        waiting, done = [self.question], list[Walk]()
        whole: Walk | None = None
        parts: set[str] = set()
        while waiting:
            question = waiting.pop()
            walk = Walk(self.path, self._params(question), self.start, top)
            async for answer in walk.run(api):
                yield answer
            parts |= walk.shown if whole else set()
            whole = whole or walk
            narrower = halves(question, self._largest(walk)) if walk.cut and left > 0 else ()
            left -= bool(narrower)
            waiting.extend(narrower)
            done.extend([] if narrower else [walk])
        if whole is not None:
            self._judge(whole, parts, done)

    def _judge(self, whole: Walk, parts: set[str], done: Sequence[Walk]) -> None:
        """How far down the search was read, if its halves show again what the whole showed."""
        self.shown = whole.shown | parts
        if whole.cut and len(whole.shown & parts) < TRUSTED_SHARE * len(whole.shown):
            done = [whole]
        self.floor = max(walk.floor for walk in done)
        self.cut = any(walk.cut for walk in done)

    def _params(self, question: str) -> dict[str, str]:
        return {
            "q": question,
            "sort": "new",
            "syntax": "lucene",
            "t": "all",
            "type": "link",
            "restrict_sr": "false" if self.everywhere else "true",
        }

    def _largest(self, walk: Walk) -> str | None:
        """The subreddit to part by; None where there is but one."""
        if len(walk.subreddits) < 2:
            return None
        return walk.subreddits.most_common(1)[0][0]
