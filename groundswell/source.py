"""What a source is: ``pages()`` talks to the network, ``posts()`` is pure, nothing else."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from groundswell.coverage import Coverage, Span, uncovered
from groundswell.post import Deletion, Hiding, Item, Post, Rejected
from groundswell.topic import Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a source can do; the README table and ``doctor`` are generated from this."""

    keyless: bool
    since: bool  # can be asked for a past window
    until: bool
    history: str  # how far back, in words
    engagement: tuple[str, ...]  # which of likes, reposts, replies, quotes it gives
    deletion_signal: bool
    redistribution: Literal["text", "ids", "link"]  # the most a snapshot may hand on
    terms: str  # one sentence on the site's rules
    lookback: timedelta = timedelta(0)  # overlap re-read at each run, for late indexing
    needs: tuple[str, ...] = ()  # settings without which it cannot be asked, e.g. "youtube_api_key"
    retention: timedelta | None = None  # text and author are kept so long; None: until deleted
    collect_every: timedelta = timedelta(hours=1)  # a schedule's interval unless told otherwise
    recheck_every: timedelta | None = None  # how often its terms want stored posts looked at again
    paid: bool = False  # whether asking it costs money, which nothing does unasked
    options: tuple[str, ...] = ()  # keys of its table in a topic that say where to look
    required: tuple[str, ...] = ()  # those without which there is nothing to look at


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What one run wants of one source for one topic.

    ``span`` is the half-open UTC window wanted; ``known`` what is already covered on this route;
    ``cursor`` what the last absorbed batch of this route left (opaque text of the collector, None
    at first). ``known_by`` is ``known`` by instance, for a source with many servers.
    ``limit`` bounds the posts of this run, None is no bound: a run that stops at it
    says so in its coverage. ``now`` is the run's clock, so that tests need not patch one.
    """

    topic: Topic
    span: Span
    now: datetime
    known: Sequence[Coverage] = ()
    known_by: Mapping[str, Sequence[Coverage]] = field(default_factory=dict)
    cursor: str | None = None
    limit: int | None = None

    def holes(self, lookback: timedelta, instance: str | None = None) -> list[Span]:
        """Parts of ``span`` to fetch (of ``instance``, where there are many): not completely
        covered, or newer than the last ``lookback`` before the newest complete moment (late posts
        are found that way)."""
        known = self.known if instance is None else self.known_by.get(instance, ())
        start, end = self.span
        newest = max((c.end for c in known if c.status == "complete"), default=None)
        if newest is None or lookback == timedelta(0):
            return uncovered(self.span, known)
        reread = max(start, newest - lookback)
        older = uncovered((start, min(reread, end)), known) if start < reread else []
        if reread >= end:
            return older
        if older and older[-1][1] == reread:
            return [*older[:-1], (older[-1][0], end)]
        return [*older, (reread, end)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One raw answer with its provenance, or a finding without one (``body`` None).

    ``body`` is the decoded JSON, or bytes for feeds and files. ``url`` has its secrets cut out.
    ``coverage`` are windows that are settled once this page and all before it are stored;
    ``cursor`` likewise (None: unchanged). ``instance`` is the server asked, where there are many.
    """

    source: str
    route: str  # how it was reached: "search", "feed", "file", …
    url: str
    fetched_at: datetime
    body: Any
    instance: str | None = None
    coverage: tuple[Coverage, ...] = ()
    cursor: str | None = None
    context: dict[str, Any] = field(default_factory=dict)  # what ``posts()`` needs beside the body
    read: int | None = None  # items looked at, where ``posts()`` gives only those that fit


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A stored post, as far as a source must know it to ask for it again. ``uri`` alone is enough
    for most; where each server has a key of its own, that key is in ``raw``."""

    uri: str
    instance: str | None = None  # the server it was seen on last, as ``Post.instance``
    url: str | None = None
    raw: bytes = b""  # the item as received last, from ``instance``; empty when it was not kept


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """An item from quarantine that is to be read again, for ``topic``. ``raw``, ``seen_at`` (UTC),
    ``url``, ``instance`` and ``context`` are those of the ``Rejected``; ``raw`` may be cut, and
    none of it is to be trusted."""

    topic: Topic
    raw: bytes
    seen_at: datetime
    url: str | None = None
    instance: str | None = None
    context: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """What a stream brought in a few seconds, for all topics at once; the slices before it held
    everything earlier.

    ``found`` are posts with the slugs of the topics they fit; none: an edited post that fits no
    topic now, but may have. ``coverage`` are the windows settled by this slice, in the time of the
    site's own events, lost ones among them. ``cursor`` is where to go on, None while nothing was
    told. ``trouble`` is a sentence when the stream cannot be heard.
    """

    found: Sequence[tuple[Post, tuple[str, ...]]] = ()
    others: Sequence[Deletion | Hiding | Rejected] = ()
    coverage: Sequence[Coverage] = ()
    cursor: str | None = None
    trouble: str | None = None
    read: int = 0  # events that came
    dropped: int = 0  # posts among them that fit no topic
    counts: Mapping[str, int] = field(default_factory=dict)  # since the beginning, by kind
    reached: datetime | None = None  # time of the newest event, UTC
    lag_s: float = 0.0  # how far behind the clock that was
    host: str = ""


class Streamed(Protocol):
    """A source that tells of its posts while they are made."""

    name: str
    route: str

    def slices(
        self, topics: Sequence[Topic], cursor: str | None, stop: asyncio.Event
    ) -> AsyncIterator[Slice]:
        """What is said from ``cursor`` on (None: from now) until ``stop``, every few seconds."""
        ...

    def place(self, cursor: str) -> int:
        """A number that rises along the stream. Raises ``StateError`` for a foreign cursor."""
        ...


class Collector(Protocol):
    """A source. ``name`` is the key in ``collectors.SOURCES`` and in every table."""

    name: str
    route: str
    capabilities: Capabilities

    def pages(self, ask: Ask) -> AsyncIterator[Page]:
        """Raw answers in the order they must be stored. Raises ``SourceError``; what was yielded
        before an error is kept. The last page of a window carries its coverage."""
        ...

    def posts(self, page: Page) -> Iterator[Item]:
        """Items of one page. Pure; never raises for a bad item but yields ``Rejected``."""
        ...


class Checkable(Protocol):
    """A source that can say whether it works, as ``doctor`` asks."""

    async def check(self, topic: Topic | None = None) -> str:
        """Asks for as little as possible, with the instances of ``topic`` where there are many; a
        few words on what answered. Raises the ``SourceError`` that collecting would meet."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What a site says that its searches find, before any is read: ``hits`` over ``searches``,
    where what several find counts several times, and what does not fit the query is counted too."""

    hits: int
    searches: int


class Estimable(Protocol):
    """A source whose site says how much a search finds without giving all of it."""

    async def estimate(self, ask: Ask) -> Estimate | None:
        """One small question a search over ``ask.span``; None when the site did not say. Raises the
        ``SourceError`` that collecting would meet."""
        ...


class Recheckable(Protocol):
    """A source whose stored posts can be looked at again, one by one."""

    def recheck(self, stored: Sequence[Stored]) -> AsyncIterator[Page]:
        """Pages whose ``posts()`` are these posts as they are now (a ``Post`` with the counts of
        today), ``Deletion`` or ``Hiding`` where the site says so, and ``Missing`` where it does not
        show one and does not say why. Raises ``SourceError``."""
        ...


class Requeueable(Protocol):
    """A source whose rejected items can be read again, one by one, once the reader was mended."""

    async def page_of(self, kept: SetAside) -> Page:
        """The page that this one item would be alone, fetched when it was seen. The site is asked
        only for what must be known beside the item before its words may be kept. An item that
        still cannot be read comes out of ``posts()`` as ``Rejected``, or is a ``SourceError``."""
        ...
