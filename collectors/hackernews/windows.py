"""Which windows of time a Hacker News run reads, newest first, and what it says of them after."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from collectors._seconds import Window, cut
from groundswell.coverage import Coverage, uncovered
from groundswell.source import Ask

CEILING = 1000  # hits of one search, whatever the page (algolia/hn-search#125, 2019)
CHUNK_S = 28 * 24 * 3600  # progress is saved after each window of this length
OVERFULL = "(T-HN-2)"  # marks gaps that no second try can fill


@dataclass(slots=True)
class Progress:
    """What was read of one window. ``left`` is how many items the run may still take."""

    window: Window
    left: int | None
    seen: set[str] = field(default_factory=set)
    overfull: list[Coverage] = field(default_factory=list)
    cut: bool = False

    def fresh(self, hits: Iterable[Any]) -> list[Any]:
        """Hits that no other search found in this window, at most ``left`` of them."""
        taken = []
        for hit in hits:
            known = isinstance(hit, dict) and hit.get("objectID") is not None
            key = str(hit["objectID"]) if known else None
            if key in self.seen:
                continue
            if self.left == 0:
                self.cut = True
                break
            self.left = None if self.left is None else self.left - 1
            self.seen |= {key} if key else set()
            taken.append(hit)
        return taken

    def coverage(self) -> list[Coverage]:
        """Complete, but for seconds with too many hits; truncated when the limit cut it."""
        if self.cut:
            reason = "the run stopped at its limit of posts inside this window"
            return [self.window.covered("truncated", reason, len(self.seen))]
        whole = self.window.covered("complete", found=len(self.seen))
        spans = uncovered((whole.start, whole.end), _as_read(self.overfull))
        found = [len(self.seen), *([0] * len(spans))]
        complete = [
            replace(whole, start=start, end=end, found=n)
            for (start, end), n in zip(spans, found, strict=False)
        ]
        return [*complete, *self.overfull]


def windows(ask: Ask, lookback: timedelta) -> Iterator[Window]:
    """Windows to read, newest first, never reaching past ``ask.now``: what is not covered yet,
    without the seconds that are known to hold more than the search gives."""
    overfull = [c for c in ask.known if c.status == "gap" and (c.reason or "").endswith(OVERFULL)]
    for hole in reversed(ask.holes(lookback)):
        for part in reversed(uncovered(hole, _as_read(overfull))):
            yield from cut(part, ask.now, CHUNK_S)


def _as_read(gaps: Iterable[Coverage]) -> list[Coverage]:
    return [replace(gap, status="complete") for gap in gaps]
