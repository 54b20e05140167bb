"""Which windows of time a poll of a feed settles; a feed has no history, only newest entries."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from collectors.rss.entry import Entry
from collectors.rss.state import FeedState
from groundswell.coverage import Coverage, Span, Status
from groundswell.post import EARLIEST_PLAUSIBLE

SECOND = timedelta(seconds=1)


def of_entries(
    entries: Sequence[Entry], state: FeedState, span: Span, now: datetime
) -> list[Coverage]:
    """Coverage after a feed was read at ``now``, within ``span``; ``state`` is that before.

    Complete from behind the oldest entry, or the last poll if that is earlier. A gap before the
    first poll, since the feed shows nothing older, and between two polls when it overflowed
    (T-RSS-5).
    """
    oldest = _whole_from(entries, now)
    if state.polled_at is None:
        since = oldest or now
        reason = "the feed shows only its newest entries, and these begin later"
        return _clipped(span, now, (span[0], since, "gap", reason), (since, now, "complete", None))
    since = min(oldest or state.polled_at, state.polled_at)
    if not state.overflowed(entries):
        return _clipped(span, now, (since, now, "complete", None))
    back = max(oldest or now, state.polled_at)
    reason = "the feed overflowed: more entries came between two polls than it shows"
    return _clipped(
        span, now, (state.polled_at, back, "gap", reason), (back, now, "complete", None)
    )


def unchanged(state: FeedState, span: Span, now: datetime) -> list[Coverage]:
    """Coverage after a feed said that nothing is new since the last poll."""
    return _clipped(span, now, (state.polled_at or now, now, "complete", None))


def unread(
    state: FeedState, span: Span, now: datetime, status: Status, reason: str
) -> list[Coverage]:
    """Coverage after a feed could not be read, or was cut short: from the last poll to ``now``."""
    return _clipped(span, now, (state.polled_at or span[0], now, status, reason))


def _whole_from(entries: Iterable[Entry], now: datetime) -> datetime | None:
    """The moment from which a feed is known to show all: feeds date to the second, and of those of
    the oldest second some may have left it."""
    dates = (entry.published or entry.updated for entry in entries)
    oldest = min((d for d in dates if d and EARLIEST_PLAUSIBLE <= d <= now), default=None)
    return oldest and min(oldest + SECOND, now)


def _clipped(
    span: Span, now: datetime, *windows: tuple[datetime, datetime, Status, str | None]
) -> list[Coverage]:
    end_of_all = min(span[1], now)
    clipped = [
        Coverage(start=max(start, span[0]), end=min(end, end_of_all), status=status, reason=reason)
        for start, end, status, reason in windows
    ]
    return [window for window in clipped if window.start < window.end]
