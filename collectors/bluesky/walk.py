"""How a Bluesky search is read to its end although it stops early: pure, no network.

The site sorts by a sort time, gives pages shorter than asked, and stops near a ceiling of hits
without a word. So a walk goes by cursor only to save questions; whenever the cursor ends, the
question is put again below the oldest post seen, until an answer is too small to have been cut.
Neighbouring questions overlap by one millisecond: posts sharing a moment are never cut apart.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from groundswell.coverage import Coverage, Span, Status

PAGE_POSTS = 100  # the most that searchPosts gives, 400 above it
EMPTY_PAGES = 10  # so many in a row, each with a cursor, and the walk is given up
SURELY_ALL = 10  # no ceiling is this low: an answer of fewer posts was not cut
MOMENT = timedelta(milliseconds=1)  # the grain of the sort time


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """A post as a walk sees it. ``time`` is its sort time, UTC; None when it cannot be read."""

    uri: str
    time: datetime | None


class Walk:
    """One search, read from the end of a window down to its start.

    ``floor`` is how far down it has come: every hit from there to the window's end was shown.
    ``gaps`` are the parts it had to leave out.
    """

    def __init__(self, words: str, span: Span, *, ceiling: int) -> None:
        self.words = words
        self.gaps: list[Coverage] = []
        self.done = False
        self.cursor: str | None = None
        self._start, self._ceiling = _moment(span[0]), ceiling
        self.floor = _moment(span[1] + MOMENT - timedelta(microseconds=1))
        self._crowd: Coverage | None = None
        self._shown: set[str] = set()  # posts of the present chain of pages
        self._cursors: set[str] = set()
        self._until, self._asked, self._empty, self._timed = self.floor, 0, 0, False

    def params(self, most: int) -> dict[str, str | int]:
        """Query parameters of the next question, for at most ``most`` posts."""
        asked = {"since": written(self._start), "until": written(self._until)}
        limit = max(1, min(PAGE_POSTS, self._ceiling, most))
        cursor = {"cursor": self.cursor} if self.cursor is not None else {}
        return {"q": self.words, "sort": "latest", "limit": limit, **asked, **cursor}

    def take(self, sights: Sequence[Sight], cursor: str | None, asked: int) -> None:
        """Notes one answer: what it showed, its cursor, and how many posts had been asked for."""
        self._asked += asked
        self._empty = 0 if sights else self._empty + 1
        self._shown.update(sight.uri for sight in sights)
        if sights and self._crowd is not None:
            self.gaps.append(self._crowd)  # it hid what comes now, so it hid some of its own too
            self._crowd = None
        self._sink(sights)
        if cursor is None:
            self._turn()
        elif cursor in self._cursors:
            self._give_up("Bluesky's search gave the same cursor twice; the rest was not read.")
        elif self._empty >= EMPTY_PAGES:
            self._give_up(f"Bluesky's search gave {EMPTY_PAGES} empty pages in a row.")
        else:
            self._cursors.add(cursor)
            self.cursor = cursor
            if self._asked + PAGE_POSTS > self._ceiling and self.floor < self._until:
                self._ask_below(self.floor)

    def cursor_refused(self) -> None:
        """The site no longer takes its own cursor (they end after about two hours)."""
        if self.floor < self._until:
            self._ask_below(self.floor)
        else:
            self._give_up("Bluesky's search refused its own cursor; the rest was not read.")

    def _ask_below(self, until: datetime) -> None:
        self._until, self.cursor = until, None
        self._shown, self._cursors = set(), set()
        self._asked, self._empty, self._timed = 0, 0, False

    def _sink(self, sights: Sequence[Sight]) -> None:
        """By the last post inside the window: the site puts the oldest last, and a post whose
        visible time the site did not sort by must not pull the floor down."""
        times = [s.time for s in sights if s.time and self._start <= s.time < self._until]
        if times:
            self._timed = True
            self.floor = min(self.floor, _moment(times[-1]) + MOMENT)

    def _turn(self) -> None:
        """The cursor has ended: at the end of the window, or at the site's ceiling?"""
        if len(self._shown) < SURELY_ALL:
            self.stop()
        elif self.floor < self._until:
            self._ask_below(self.floor)
        elif self._timed:
            self._step_over()
        else:
            self._give_up("Bluesky's search answered with posts of other times than asked for.")

    def _step_over(self) -> None:
        """All posts shown share the last moment before ``until``: go on below that moment."""
        moment = self._until - MOMENT
        reason = "More posts share this moment than Bluesky's search shows."
        crowd = Coverage(start=moment, end=self._until, status="gap", reason=reason)
        if len(self._shown) * 5 >= self._ceiling * 4:  # hits may be hidden: near is at the ceiling
            self.gaps.append(crowd)
        else:
            self._crowd = crowd
        if moment <= self._start:
            self.stop()
        else:
            self._ask_below(moment)

    def stop(self) -> None:
        """Ends here: what lies below is not asked."""
        self.floor, self.done = self._start, True

    def _give_up(self, reason: str) -> None:
        self.gaps.append(Coverage(start=self._start, end=self.floor, status="gap", reason=reason))
        self.stop()


class Tide:
    """How far down all walks of one window have come: above that line the window is settled.

    ``caveat`` says why even windows read to the end are not complete; None: they are.
    """

    def __init__(self, span: Span, walks: Sequence[Walk], caveat: str | None) -> None:
        self.span = span
        self.line = span[1]
        self._walks, self._caveat = walks, caveat
        self._unsettled: list[datetime] = []

    def laggard(self) -> Walk | None:
        """The walk that keeps the line up; None when all are done."""
        return max((w for w in self._walks if not w.done), key=lambda w: w.floor, default=None)

    def count(self, sights: Sequence[Sight]) -> None:
        """Posts handed on, to be counted in the windows they belong to."""
        self._unsettled.extend(sight.time for sight in sights if sight.time is not None)

    def settle(self) -> tuple[Coverage, ...]:
        """Windows settled since the last call, each complete or with its reason."""
        above = self.line
        lowest = max((walk.floor for walk in self._walks), default=self.span[0])
        self.line = max(self.span[0], min(above, lowest))
        windows = [self._with_count(window) for window in self._windows(self.line, above)]
        self._unsettled = [time for time in self._unsettled if time < self.line]
        return tuple(windows)

    def _with_count(self, window: Coverage) -> Coverage:
        return replace(window, found=sum(window.start <= t < window.end for t in self._unsettled))

    def _windows(self, start: datetime, end: datetime) -> Iterator[Coverage]:
        gaps = sorted((gap for walk in self._walks for gap in walk.gaps), key=lambda g: g.start)
        for gap in gaps:
            if gap.end <= start or gap.start >= end:
                continue
            if start < gap.start:
                yield self._read(start, gap.start)
                start = gap.start
            bound = min(gap.end, end)
            yield Coverage(start=start, end=bound, status=gap.status, reason=gap.reason)
            start = bound
        if start < end:
            yield self._read(start, end)

    def _read(self, start: datetime, end: datetime) -> Coverage:
        status: Status = "complete" if self._caveat is None else "truncated"
        return Coverage(start=start, end=end, status=status, reason=self._caveat)


def written(time: datetime) -> str:
    """A full date-time with milliseconds and Z: bare dates were refused (atproto#3258)."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _moment(time: datetime) -> datetime:
    return time.replace(microsecond=time.microsecond // 1000 * 1000)
