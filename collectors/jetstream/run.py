"""One listening to Jetstream: slices of what came, with the windows and the place they settle."""

import json
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from collectors.bluesky.post import SOURCE
from collectors.jetstream.events import EPOCH, MICROSECOND, moment
from collectors.jetstream.line import Bundle, Gap, Line, Start
from collectors.jetstream.sieve import Sieve
from groundswell.coverage import Coverage, Status
from groundswell.errors import Closed, RateLimited, StateError, Unreachable
from groundswell.source import Slice

SLICE_S = 5.0
SLICE_POSTS = 1_000
IDLE_S = 5.0  # of a connection where nothing is left to be replayed
PATIENCE_S = 60.0  # of a run that only wants to catch up
CURSOR_VERSION = 1
CLOSED = (401, 403, 410, 451)


@dataclass(slots=True, kw_only=True)
class Run:
    """One listening: the line, the sieve, and how far what came is settled."""

    line: Line
    sieve: Sieve
    settled_us: int | None
    patience_s: float  # the longest wait that a run which only wants to catch up will take
    taken: int = 0
    gaps: list[Gap] = field(default_factory=list)
    trouble: str | None = None

    async def slices(self, until: datetime | None = None) -> AsyncGenerator[Slice]:
        """Slices until it is stopped, or has caught up with ``until``."""
        begun_s = heard_s = time.monotonic()
        deadline_s = begun_s + PATIENCE_S
        async with aclosing(self.line.bundles()) as bundles:
            async for bundle in bundles:
                self._take(bundle)
                now_s = time.monotonic()
                if bundle.events or bundle.passed or bundle.unreadable:
                    heard_s, deadline_s = now_s, now_s + PATIENCE_S
                if until is not None:
                    self.refuse_trouble(bundle, deadline_s)
                    if self._has_caught_up(until, now_s - heard_s):
                        break
                if now_s - begun_s >= SLICE_S or self.sieve.size >= SLICE_POSTS or self.trouble:
                    yield await self._slice()
                    begun_s = time.monotonic()
        yield await self._slice()

    def refuse_trouble(self, bundle: Bundle, deadline_s: float) -> None:
        """For a run that is not to wait for ever. Raises ``Closed``, ``RateLimited`` and
        ``Unreachable``."""
        failed = bundle.failed
        if failed is None:
            return
        said = f"{SOURCE}: {failed.host} {failed.said}"
        kept = "What was collected before is kept"
        if failed.status in CLOSED:
            raise Closed(f"{said}. {kept}.", source=SOURCE, status=failed.status)
        if failed.wait_s > self.patience_s:
            at = datetime.now(UTC) + timedelta(seconds=failed.wait_s)
            raise RateLimited(
                f"{said} and asks to come back at {at:%Y-%m-%d %H:%M} UTC. {kept}; run the same "
                "command again then.",
                source=SOURCE,
                resumes_at=at,
            )
        if time.monotonic() >= deadline_s:
            raise Unreachable(
                f"{said}, and no other Jetstream host could be heard. {kept}; try again later.",
                source=SOURCE,
            )

    def _take(self, bundle: Bundle) -> None:
        self.sieve.put_in(bundle)
        self.trouble = bundle.trouble
        if bundle.gap is not None:
            self.gaps.append(bundle.gap)
        if self.settled_us is None:
            self.settled_us = self.line.began_us

    def _has_caught_up(self, until: datetime, idle_s: float) -> bool:
        position = self.line.position_us
        if self.line.is_open and position is not None and moment(position) >= until:
            return True
        return self.line.is_open and idle_s >= IDLE_S

    async def _slice(self) -> Slice:
        read, dropped = self.sieve.read, self.sieve.dropped
        found, others = await self.sieve.take_out()
        waits_us = self.sieve.waits_for_us
        position = self.line.position_us if self.line.began_us is not None else None
        reached = min(us for us in (waits_us, position) if us is not None) if position else None
        coverage = self._settle(reached, sum(bool(topics) for _, topics in found), dropped)
        return Slice(
            found=found,
            others=others,
            coverage=coverage,
            cursor=cursor_at(reached) if reached is not None else None,
            trouble=self.trouble,
            read=read,
            dropped=dropped,
            counts=dict(self.sieve.counts) | {"connections": self.line.connections},
            reached=moment(position) if position else None,
            lag_s=self.line.lag_s,
            host=self.line.host.name,
        )

    def _settle(self, reached: int | None, found: int, dropped: int) -> list[Coverage]:
        """Windows from where the last slice ended to ``reached``, lost parts told apart."""
        windows: list[Coverage] = []
        if reached is not None and self.settled_us is not None:
            due = [gap for gap in self.gaps if gap.end_us <= reached]
            self.gaps = [gap for gap in self.gaps if gap.end_us > reached]
            for gap in due:
                windows += _window(self.settled_us, gap.start_us)
                lost_from = max(self.settled_us, gap.start_us)
                windows += _window(lost_from, gap.end_us, gap.reason)
                self.settled_us = max(self.settled_us, gap.end_us)
            windows += _window(self.settled_us, reached)
            self.settled_us = max(self.settled_us, reached)
        if windows:
            windows[-1] = replace(windows[-1], found=found, dropped=dropped)
        if self.trouble is not None and self.settled_us is not None:
            windows += _window(self.settled_us, in_us(datetime.now(UTC)), self.trouble)
        return windows


def cursor_at(us: int) -> str:
    """The place ``us`` (unix microseconds), as it is kept between runs."""
    return json.dumps({"v": CURSOR_VERSION, "us": us}, separators=(",", ":"))


def start_of(cursor: str | None) -> Start:
    """The place a kept cursor stands for. Raises ``StateError`` for anything else."""
    if cursor is None:
        return Start()
    try:
        said = json.loads(cursor)
        us = said["us"] if said["v"] == CURSOR_VERSION else None
    except (ValueError, TypeError, KeyError):
        us = None
    if not isinstance(us, int) or isinstance(us, bool) or us < 10**15:
        raise StateError(
            f"The place kept for Bluesky's stream is none of ours ({cursor[:80]!r}). It was not "
            "started anew, since that would leave a gap nobody sees. Restore the home from a copy, "
            "or collect for another topic file with the same query."
        )
    return Start(us=us)


def in_us(time: datetime) -> int:
    """A time as unix microseconds."""
    return (time - EPOCH) // MICROSECOND


def _window(start_us: int, end_us: int, reason: str | None = None) -> list[Coverage]:
    if start_us >= end_us:
        return []
    status: Status = "complete" if reason is None else "gap"
    return [Coverage(start=moment(start_us), end=moment(end_us), status=status, reason=reason)]
