"""Which time windows of a source were read: complete, in part, or not at all, and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any, Literal, TypeAlias

Status: TypeAlias = Literal["complete", "truncated", "gap", "closed", "budget"]
Span: TypeAlias = tuple[datetime, datetime]  # half-open [start, end), aware UTC

# A window once read completely stays complete, whatever a later run could not read.
RANK: dict[Status, int] = {"complete": 4, "truncated": 3, "budget": 2, "gap": 1, "closed": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """One half-open window ``[start, end)`` in UTC and what is known of it.

    ``reason`` is None for complete windows and a sentence for all others. ``found`` counts posts
    that the source gave, ``dropped`` those of them that the topic's own rules left out,
    ``rejected`` items that could not be read; ``pages`` and ``requests`` (every try) what it took.
    """

    start: datetime
    end: datetime
    status: Status
    reason: str | None = None
    found: int = 0
    dropped: int = 0
    pages: int = 0
    rejected: int = 0
    requests: int = 0


COUNTS = ("found", "dropped", "pages", "rejected", "requests")
_NOTHING = dict.fromkeys(COUNTS, 0)


def merge(known: Iterable[Coverage], new: Iterable[Coverage]) -> list[Coverage]:
    """All windows without overlap, in order of time; where two overlap the better status stands,
    and of two equals the newer. Neighbours that say the same are joined. Counts stay with the
    window that covers them; a cut window gives them to its first piece."""
    ranked = [*((c, 0) for c in known), *((c, 1) for c in new)]
    ranked = [(c, age) for c, age in ranked if c.start < c.end]
    edges = sorted({edge for c, _ in ranked for edge in (c.start, c.end)})
    spent: set[int] = set()
    pieces: list[Coverage] = []
    for start, end in pairwise(edges):
        over = [(i, c, a) for i, (c, a) in enumerate(ranked) if c.start <= start and end <= c.end]
        if not over:
            continue
        index, best, _ = max(over, key=lambda item: (RANK[item[1].status], item[2], item[0]))
        piece = _until(replace(best, start=start), end, _NOTHING if index in spent else {})
        spent.add(index)
        pieces.append(piece)
    return _joined(pieces)


def uncovered(wanted: Span, known: Iterable[Coverage]) -> list[Span]:
    """The parts of ``wanted`` that no complete window covers, in order of time."""
    start, end = wanted
    holes: list[Span] = []
    for window in sorted((c for c in known if c.status == "complete"), key=lambda c: c.start):
        if window.end <= start or window.start >= end:
            continue
        if window.start > start:
            holes.append((start, window.start))
        start = max(start, window.end)
    if start < end:
        holes.append((start, end))
    return holes


def both(first: Iterable[Coverage], second: Iterable[Coverage]) -> list[Span]:
    """The time that a complete window of each covers, in order; half-open."""
    ends: list[Span] = []
    seconds = sorted((c.start, c.end) for c in second if c.status == "complete")
    for one in sorted((c.start, c.end) for c in first if c.status == "complete"):
        for other in seconds:
            start, end = max(one[0], other[0]), min(one[1], other[1])
            if start < end:
                ends.append((start, end))
    return ends


def _until(window: Coverage, end: datetime, counts: dict[str, Any]) -> Coverage:
    return replace(window, end=end, **counts)


def _joined(pieces: Sequence[Coverage]) -> list[Coverage]:
    joined: list[Coverage] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        same = last and (last.end, last.status, last.reason) == (
            piece.start,
            piece.status,
            piece.reason,
        )
        if last and same:
            sums = {name: getattr(last, name) + getattr(piece, name) for name in COUNTS}
            joined[-1] = _until(last, piece.end, sums)
        else:
            joined.append(piece)
    return joined
