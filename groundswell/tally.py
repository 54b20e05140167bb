"""What the run at hand met on the wire, wherever in it: how many requests, and what time it was."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

CLOCK_OFF_S = 60.0  # less may be the way of an answer, or a site's own clock


class Tally:
    """``requests`` made so far, every try counted. ``clock_ahead_s`` is how far this machine's
    clock ran ahead of the site that agreed with it best (below 0: behind), None before one told its
    time: what caches and wrong sites say is then no matter, unless all say it. ``odd_resets`` are
    hosts whose rate-limit headers named a moment that cannot be: one of two clocks is wrong."""

    def __init__(self) -> None:
        self.requests = 0
        self.clock_ahead_s: float | None = None
        self.odd_resets: dict[str, float] = {}  # by host, the seconds that it asked to wait

    @property
    def ahead_s(self) -> float:
        """Seconds that this machine's clock is to be taken to run ahead, 0 when it does not."""
        ahead_s = self.clock_ahead_s or 0.0
        return ahead_s if ahead_s >= CLOCK_OFF_S else 0.0

    @property
    def warning(self) -> str | None:
        """A sentence on a clock that is off; None when it is well, or nobody told the time."""
        off_s = self.clock_ahead_s or 0.0
        if abs(off_s) < CLOCK_OFF_S:
            return None
        way = "ahead of" if off_s > 0 else "behind"
        minutes = round(abs(off_s) / 60)
        return (
            f"This machine's clock runs about {minutes:,} minute{'s' * (minutes > 1)} {way} the "
            "sites asked. Set it: times of posts and of what was read depend on it."
        )


_RUNNING: ContextVar[Tally | None] = ContextVar("run", default=None)


@contextmanager
def counting() -> Iterator[Tally]:
    """A tally of what is asked inside, also by tasks that begin there."""
    tally = Tally()
    token = _RUNNING.set(tally)
    try:
        yield tally
    finally:
        _RUNNING.reset(token)


def count_request() -> None:
    """One more request of the run at hand; nothing outside of one."""
    tally = _RUNNING.get()
    if tally is not None:
        tally.requests += 1


def note_clock(ahead_s: float) -> None:
    """What an answer said of the time: by how many seconds this machine's clock is ahead of it."""
    tally = _RUNNING.get()
    if tally is None:
        return
    known = tally.clock_ahead_s
    if known is None or abs(ahead_s) < abs(known):
        tally.clock_ahead_s = ahead_s


def note_odd_reset(host: str, wait_s: float) -> None:
    """That ``host`` said its quota is whole again after ``wait_s``, which was not believed."""
    tally = _RUNNING.get()
    if tally is not None:
        tally.odd_resets[host] = wait_s
