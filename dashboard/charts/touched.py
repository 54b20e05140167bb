"""What of a time grid, or of a stack of bars, a reader's pointer touched."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from dashboard.charts.grid import Grid

_MS = timedelta(milliseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def period(grid: Grid, low_ms: float, high_ms: float) -> tuple[datetime, datetime]:
    """Start of the first bucket between two moments (ms since 1970, UTC; in any order), and end of
    the last: at least one bucket, all inside the grid. Moments outside count as its ends."""
    first, after = grid.start, grid.end
    low, high = (_inside(grid, at_ms) for at_ms in sorted((low_ms, high_ms)))
    step_ms = grid.step / _MS
    buckets = round((after - first) / grid.step)
    begin = min(math.floor(low / step_ms), buckets - 1)
    end = min(max(math.ceil(high / step_ms), begin + 1), buckets)
    return first + begin * grid.step, first + end * grid.step


def bucket(grid: Grid, at_ms: float) -> datetime | None:
    """Start of the bucket that holds a moment (ms since 1970, UTC); None outside the grid."""
    if not (grid.start - _EPOCH) / _MS <= at_ms < (grid.end - _EPOCH) / _MS:
        return None
    return period(grid, at_ms, at_ms)[0]


def in_stack(heights: Sequence[int | None], at: float) -> int | None:
    """Place of the bar of a stack, from 0 at its foot, that holds the height ``at``; None above and
    below. A bar of None has no height."""
    top = 0
    for place, height in enumerate(heights):
        if top <= at < top + (height or 0):
            return place
        top += height or 0
    return None


def _inside(grid: Grid, at_ms: float) -> float:
    """Milliseconds after the start of the grid, from 0 to its length."""
    return min(max(at_ms - (grid.start - _EPOCH) / _MS, 0.0), (grid.end - grid.start) / _MS)
