"""Bluesky by its stream: all that the network says now and said in the last day, without login.

Bluesky says that the stream is not signed and not meant for archives: samples should be looked at
again. It keeps 24 to 36 hours; what is older than the place asked for is lost, and said to be.
What a page holds was read already: the profiles of the authors had to be known for that.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from collectors._cursor import refuse_future
from collectors._http import Http
from collectors._waits import backoff_s
from collectors.bluesky.post import SOURCE
from collectors.jetstream.events import Ended, Unreadable, moment, read_event
from collectors.jetstream.line import Bundle, Line, Start, rested
from collectors.jetstream.profiles import HASTY, Profiles
from collectors.jetstream.run import PATIENCE_S, Run, in_us, start_of
from collectors.jetstream.sieve import Sieve
from groundswell.coverage import Coverage, uncovered
from groundswell.errors import BadAnswer, Unreachable
from groundswell.post import Item
from groundswell.settings import Settings
from groundswell.source import Ask, Capabilities, Page, SetAside, Slice
from groundswell.topic import Topic

_TOO_OLD = "Jetstream keeps a day or a day and a half; what was said before is no longer told."
_CUT_SHORT = "The run stopped at the number of posts it was limited to."


class Jetstream:
    """The stream route. A given ``http`` is opened and closed by its giver."""

    name = SOURCE
    route = "stream"
    capabilities = Capabilities(
        keyless=True,
        since=True,
        until=False,
        history="the last 24 to 36 hours",
        engagement=(),
        deletion_signal=True,
        redistribution="text",
        terms=(
            "A way to delete content on request is required; posts of authors who ask to be shown "
            "to signed-in users only are counted, never shown or exported."
        ),
    )

    def __init__(
        self,
        settings: Settings,
        http: Http | None = None,
        *,
        backoff: Callable[[int], float] = backoff_s,
        rest: Callable[[float, asyncio.Event], Awaitable[None]] = rested,
    ) -> None:
        self._settings, self._http = settings, http
        self._backoff, self._rest = backoff, rest

    async def slices(
        self, topics: Sequence[Topic], cursor: str | None, stop: asyncio.Event
    ) -> AsyncIterator[Slice]:
        """What is said from ``cursor`` on until ``stop``, every few seconds, for all ``topics``.

        Never ends by itself. Raises ``StateError`` for a cursor that is none of ours or
        from the future, and ``RefusedAddress``."""
        start = start_of(cursor)
        if start.us is not None:
            what = "jetstream: the place kept for the stream"
            refuse_future(moment(start.us), what, datetime.now(UTC))
        async with self._client() as http:
            run = self._run(topics, start, stop, http)
            async with aclosing(run.slices()) as slices:
                async for one in slices:
                    yield one

    def place(self, cursor: str) -> int:
        """The place a cursor stands for, in unix microseconds. Raises ``StateError``."""
        return start_of(cursor).us or 0

    async def pages(self, ask: Ask) -> AsyncIterator[Page]:
        """What was said from the cursor, else from the first hole of the last day, until now.

        Raises ``StateError``, ``Unreachable``, ``Closed`` and ``RateLimited``; what was yielded
        before is kept."""
        start_at = self._begin(ask)
        if older := self._no_longer_told(ask, start_at):
            yield self._page(ask.now, coverage=older)
        if start_at >= min(ask.span[1], ask.now):
            return
        stop = asyncio.Event()
        start = Start(us=in_us(start_at), is_event=ask.cursor is not None)
        async with self._client() as http:
            run = self._run([ask.topic], start, stop, http)
            async with aclosing(run.slices(until=ask.now)) as slices:
                async for one in slices:
                    page, is_last = self._limited(one, run, ask.limit)
                    yield page
                    if is_last:
                        return

    def posts(self, page: Page) -> Iterator[Item]:
        """Posts of a page, and what else came with them."""
        yield from page.body

    async def check(self, topic: Topic | None = None) -> str:  # noqa: ARG002  # one network for all
        """Listens for a moment; which host spoke, and how late it is. Raises as ``pages``."""
        stop = asyncio.Event()
        async with self._client() as http:
            run = self._run([], Start(), stop, http)
            deadline_s = time.monotonic() + PATIENCE_S
            async with aclosing(run.line.bundles()) as bundles:
                async for bundle in bundles:
                    if run.line.position_us is not None:
                        return f"{run.line.host.name} speaks, {run.line.lag_s:.0f} s behind"
                    run.refuse_trouble(bundle, deadline_s)
        raise AssertionError("the line ended although nobody stopped it")

    async def page_of(self, kept: SetAside) -> Page:
        """See ``groundswell.source.Requeueable``. Whether the author's words may be kept has to be
        known: raises ``Unreachable`` when the profile is not shown, ``BadAnswer`` for a frame that
        still cannot be read."""
        try:
            event = read_event(kept.raw)
        except (Unreadable, Ended) as error:
            raise BadAnswer(f"A frame of the stream {error}.", source=SOURCE) from None
        profiles = Profiles(self._settings, self._http)
        sieve = Sieve([kept.topic], profiles)
        sieve.put_in(Bundle(events=[event]))
        found, others = await sieve.take_out()
        if sieve.size:
            why = profiles.trouble or "Bluesky does not show the profile of its author."
            raise Unreachable(f"The post is not kept yet: {why}", source=SOURCE)
        return self._page(kept.seen_at, [*(post for post, _ in found), *others], url=kept.url)

    def _client(self) -> AbstractAsyncContextManager[Http]:
        hasty = self._settings.model_copy(update=HASTY)
        return nullcontext(self._http) if self._http else Http(hasty, source=SOURCE)

    def _run(self, topics: Sequence[Topic], start: Start, stop: asyncio.Event, http: Http) -> Run:
        queries = [topic.query for topic in topics]
        line = Line(
            self._settings,
            http,
            queries,
            start,
            stop,
            backoff=self._backoff,
            rest=self._rest,
        )
        sieve = Sieve(topics, Profiles(self._settings, self._http))
        patience_s = self._settings.request_patience_s
        return Run(line=line, sieve=sieve, settled_us=start.us, patience_s=patience_s)

    def _begin(self, ask: Ask) -> datetime:
        """The cursor, else the first moment of the last day that is not covered."""
        start = start_of(ask.cursor)
        if start.us is not None:
            what = f"jetstream: the place kept for {ask.topic.slug!r}"
            refuse_future(moment(start.us), what, ask.now)
            return moment(start.us)
        first = ask.now - timedelta(hours=self._settings.jetstream_lookback_h)
        holes = [hole for hole in uncovered(ask.span, ask.known) if hole[1] > first]
        return max(first, holes[0][0]) if holes else ask.span[1]

    def _no_longer_told(self, ask: Ask, start_at: datetime) -> tuple[Coverage, ...]:
        old = [hole for hole in uncovered(ask.span, ask.known) if hole[0] < start_at]
        return tuple(
            Coverage(start=start, end=min(end, start_at), status="gap", reason=_TOO_OLD)
            for start, end in old
        )

    def _limited(self, one: Slice, run: Run, limit: int | None) -> tuple[Page, bool]:
        """A slice as a page, cut where the run's limit is reached; whether that was the case."""
        at = datetime.now(UTC)
        run.taken += len(one.found)
        posts = [post for post, topics in one.found if topics]
        if limit is None or run.taken < limit:
            body = [*posts, *one.others]
            page = self._page(at, body, one.coverage, one.cursor, url=run.line.host.url)
            return replace(page, read=one.read), False
        cut = tuple(replace(c, status="truncated", reason=_CUT_SHORT) for c in one.coverage)
        body = [*posts[: limit - run.taken + len(one.found)], *one.others]
        return replace(self._page(at, body, cut, url=run.line.host.url), read=one.read), True

    def _page(
        self,
        at: datetime,
        body: Sequence[Item] | None = None,
        coverage: Sequence[Coverage] = (),
        cursor: str | None = None,
        url: str | None = None,
    ) -> Page:
        return Page(
            source=SOURCE,
            route=self.route,
            url=url or self._settings.jetstream_url,
            fetched_at=at,
            body=body,
            coverage=tuple(coverage),
            cursor=cursor,
        )
