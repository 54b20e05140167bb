"""Counts the requests of the run at hand, wherever in it they are made."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class Tally:
    """How many requests a run has made so far, every try counted."""

    def __init__(self) -> None:
        self.requests = 0


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
