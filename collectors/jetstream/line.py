"""All that the network says, in order, over connections that end: resumed, rewound, gaps told.

A place on the line is a time, never a number of one host, so that another host can go on from it.
Resuming begins a little earlier, since hosts reorder events where replay meets live; what comes
twice is one row. If the first event that comes is later than the place asked for, what lies between
is lost, and is said to be.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace

from collectors._http import Http
from collectors._waits import backoff_s
from collectors.jetstream.events import Ended, Event, Unreadable
from collectors.jetstream.glance import Seen, reader
from collectors.jetstream.packing import dictionary_of
from collectors.jetstream.wire import Host, Lost, Refused, Wire, open_wire
from groundswell.query import Query
from groundswell.settings import Settings

SECOND_US = 1_000_000
REWIND_US = 5 * SECOND_US
REWIND_ELSEWHERE_US = 30 * SECOND_US  # each host witnesses by its own clock
START_SLACK_US = 60 * SECOND_US  # a place where no event is known to be proves nothing by itself
STUCK_TRIES = 3
LONGEST_REST_S = 900.0
LIVE_LAG_S, LATE_LAG_S = 10.0, 60.0

_LATER = "Jetstream no longer had what was said then: it keeps a day or a day and a half."
_TOO_LARGE = "A frame above the size that is taken stood here and was passed by."


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Where a line begins, in unix microseconds; None: now. ``is_event``: at an event once read."""

    us: int | None = None
    is_event: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What a line could not get: from ``start_us`` to before ``end_us``."""

    start_us: int
    end_us: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """Why there is no connection. ``wait_s`` is until the next one; ``status`` that of an answer,
    None when there was none."""

    host: str
    said: str
    wait_s: float
    status: int | None = None


@dataclass(slots=True)
class Bundle:
    """What came in half a second or less. ``passed`` posts met no query. ``failed`` says why
    a connection has just ended or was not made, ``trouble`` that there has been none for too
    long."""

    events: list[Event] = field(default_factory=list)
    passed: int = 0
    unreadable: list[tuple[bytes, str]] = field(default_factory=list)
    gap: Gap | None = None
    failed: Failed | None = None
    trouble: str | None = None
    ended: Ended | None = None


class Line:
    """The stream of one process. ``position_us`` is the time of the newest event handed on, at
    first the place to begin at; ``began_us`` that of the first, or the place to begin at, None
    before an event came; ``lag_s`` how far the newest was behind the clock when it came."""

    def __init__(
        self,
        settings: Settings,
        http: Http,
        queries: Sequence[Query],
        start: Start,
        stop: asyncio.Event,
        *,
        backoff: Callable[[int], float] = backoff_s,
        rest: Callable[[float, asyncio.Event], Awaitable[None]] | None = None,
    ) -> None:
        self._settings, self._http, self._queries = settings, http, queries
        self._stop, self._backoff, self._rest = stop, backoff, rest or rested
        urls = (settings.jetstream_url, *settings.jetstream_fallback_urls)
        self._hosts = [Host(url.rstrip("/")) for url in dict.fromkeys(urls)]
        self._turn = 0
        self.position_us = start.us
        self.began_us: int | None = None
        self.is_open = False
        self.lag_s = 0.0
        self.connections = 0
        self._slack_us = 0 if start.is_event else START_SLACK_US
        self._told_by: Host | None = None  # the host that told of the position
        self._is_first = True  # of its connection
        self._was_live = False
        self._opened_at: int | None = None  # the position when the connection was opened
        self._stalls = False  # it ended before it came farther: going back again would not help
        self._why: str | None = None
        self._expired = False
        self._stuck_at: int | None = None
        self._stuck, self._skip_us = 0, 0
        self._failures = 0
        self._down_since: float | None = None

    @property
    def host(self) -> Host:
        """The host that is or was last spoken to."""
        return self._hosts[self._turn % len(self._hosts)]

    async def bundles(self) -> AsyncGenerator[Bundle]:
        """Bundles until ``stop``. Raises ``RefusedAddress`` only: all else is tried again, for
        ever, with waits in between and at each host in turn."""
        while not self._stop.is_set():
            host = self.host
            try:
                wire = await self._opened()
                try:
                    async for bundle in self._read(wire):
                        yield bundle
                finally:
                    await wire.close()
            except (Refused, Lost, Ended) as error:
                wait_s = self._recover(error)
                self.is_open = False
                failed = Failed(host=host.name, said=str(error), wait_s=wait_s)
                if isinstance(error, Refused):
                    failed = replace(failed, status=error.status)
                yield Bundle(failed=failed, trouble=self._trouble(failed))
                await self._rest(min(wait_s, LONGEST_REST_S), self._stop)

    async def _opened(self) -> Wire:
        host = self.host
        if host.may_pack and not host.is_v1 and host.dictionary is None:
            host.dictionary = await dictionary_of(self._http, host.http_url)
            host.may_pack = host.dictionary is not None
        wire = await open_wire(self._settings, host, self._asked_us(host))
        self.connections += 1
        self.is_open = True
        host.turns = 0
        self._is_first, self._was_live = True, False
        self._opened_at = self.position_us
        return wire

    def _asked_us(self, host: Host) -> int | None:
        if self.position_us is None or self._expired:
            return None
        if self._skip_us:
            return self.position_us + self._skip_us
        if self._slack_us:  # nothing was read yet: there is nothing to go back behind
            return self.position_us
        if self._stalls and host is self._told_by:
            return self.position_us
        same = self._told_by is None or host is self._told_by
        return self.position_us - (REWIND_US if same else REWIND_ELSEWHERE_US)

    async def _read(self, wire: Wire) -> AsyncGenerator[Bundle]:
        read = reader(self._queries, is_v1=self.host.is_v1)
        heard_s = time.monotonic()
        while not self._stop.is_set():
            frames = await wire.bundle()
            bundle = self._taken(frames, read)
            yield bundle
            if bundle.ended is not None:
                raise bundle.ended
            if frames:
                heard_s = time.monotonic()
            elif time.monotonic() - heard_s > self._settings.jetstream_silence_s:
                raise Lost("was silent", by_us=True)
            if self.host.is_v1 and self._fell_behind():
                raise Lost(
                    "was too fast"
                )  # its outbox drops what is not taken; its replay does not

    def _taken(
        self, frames: Sequence[bytes], read: Callable[[Sequence[bytes]], list[Seen]]
    ) -> Bundle:
        bundle, now_us = Bundle(), time.time_ns() // 1_000
        for frame, seen in zip(frames, read(frames), strict=True):
            if isinstance(seen, int):
                bundle.passed += 1
                self._reach(min(seen, now_us), bundle)
            elif isinstance(seen, Unreadable):
                bundle.unreadable.append((frame, str(seen)))
            elif isinstance(seen, Ended):
                bundle.ended = seen
                break
            elif seen.kind == "info":
                self._notice(seen)
            else:
                bundle.events.append(seen)
                if seen.us:
                    self._reach(min(seen.us, now_us), bundle)
        if frames and self.position_us is not None:
            self.lag_s = max(0.0, (now_us - self.position_us) / SECOND_US)
        return bundle

    def _reach(self, us: int, bundle: Bundle) -> None:
        position = self.position_us
        if self._is_first:
            self._first(us, bundle)
        if self.began_us is None:
            self.began_us = us if position is None else position
        if position is None or us > position:
            self.position_us = us

    def _first(self, us: int, bundle: Bundle) -> None:
        """The first event of a connection tells whether the host could go on where it was asked."""
        position = self.position_us
        trusted = self._slack_us and not self.host.is_v1 and not self._why  # version 2 would say it
        slack_us = 0 if self._why else self._slack_us
        if position is not None and not trusted and us > position + slack_us:
            bundle.gap = Gap(start_us=position, end_us=us, reason=self._why or _LATER)
        self._is_first, self._expired, self._why = False, False, None
        self._slack_us, self._skip_us, self._failures, self._down_since = 0, 0, 0, None
        self._told_by = self.host

    def _notice(self, event: Event) -> None:
        """The host says that it could not begin where it was asked to."""
        name, message = (str(event.body.get(key) or "") for key in ("name", "message"))
        if self.position_us is not None:
            self._why = f"{_LATER} It said: {name} {message[:200]}".rstrip()

    def _fell_behind(self) -> bool:
        if self.lag_s < LIVE_LAG_S:
            self._was_live = True
        return self._was_live and self.lag_s > LATE_LAG_S

    def _recover(self, error: Exception) -> float:
        """Makes ready for the next connection; seconds to wait before it."""
        host = self.host
        if isinstance(error, Refused):
            if error.speaks_another_version and host.turns == 0:
                host.is_v1, host.turns = not host.is_v1, 1
                return 0.0
            if error.name == "CursorTooOld" and not self._expired:
                self._expired, self._why = True, _LATER
                return 0.0
            if error.name == "UnknownZstdDictionary" and host.dictionary is not None:
                host.dictionary, host.may_pack = None, False
                return 0.0
        if isinstance(error, Lost) and error.by_size:
            self._note_too_large()
        by_us = isinstance(error, Lost) and error.by_us
        told = not self._is_first  # it worked for a while
        self._stalls = told and self.position_us == self._opened_at
        self._failures = 1 if told or by_us else self._failures + 1
        if not told:
            self._turn += 1  # what is silent or does not open may be better elsewhere
            host.turns = 0
        if not (told or by_us):
            self._down_since = self._down_since or time.monotonic()
        self._is_first = True
        asked_s = error.wait_s if isinstance(error, Refused) else None
        return asked_s if asked_s is not None else self._backoff(self._failures)

    def _note_too_large(self) -> None:
        """The same frame comes again with every connection: after a few it is passed by."""
        self._stuck = self._stuck + 1 if self._stuck_at == self.position_us else 1
        self._stuck_at = self.position_us
        if self._stuck >= STUCK_TRIES and self.position_us is not None:
            self._skip_us = max(SECOND_US, self._skip_us * 2)
            self._why = _TOO_LARGE

    def _trouble(self, failed: Failed) -> str | None:
        since = self._down_since
        if since is None or time.monotonic() - since < self._settings.jetstream_deadline_s:
            return None
        minutes = (time.monotonic() - since) / 60
        return (
            f"Jetstream has not been heard for {minutes:,.0f} minutes: {failed.host} {failed.said}."
        )


async def rested(wait_s: float, stop: asyncio.Event) -> None:
    """Waits, unless it is stopped meanwhile."""
    if wait_s > 0:
        with contextlib.suppress(TimeoutError):  # nobody stopped it
            await asyncio.wait_for(stop.wait(), wait_s)
