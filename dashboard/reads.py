"""One visit asks for one run at a time: a newer run ends what an older one still asks.

A click is answered at once, but the question it replaces would run on, also after the tab is
closed: impatient clicking would pile them up.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

import streamlit as st

from groundswell.store.owner import owner
from groundswell.store.reading import Cursor

LIMIT_S = 5.0
_KEY = "reads"


class Reads:
    """The cursors that one visit has in use; its runs and their parallel parts share it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._cursors: set[Cursor] = set()

    def end_all(self) -> None:
        """Interrupts every question in flight; each of them raises ``QueryTimeout``."""
        with self._lock:
            for cursor in self._cursors:
                cursor.interrupt()

    @contextmanager
    def noted(self, cursor: Cursor) -> Iterator[Cursor]:
        """``cursor``, known to this visit while it is in use."""
        with self._lock:
            self._cursors.add(cursor)
        try:
            yield cursor
        finally:
            with self._lock:
                self._cursors.discard(cursor)


def begin_run() -> None:
    """To be called first in every run of the main script."""
    _of_this_visit().end_all()


@contextmanager
def reading() -> Iterator[Cursor]:
    """A cursor for one question of a page. Raises ``QueryTimeout`` after ``LIMIT_S`` seconds or
    when a newer run begins, ``ShuttingDown`` while the owner stops."""
    with owner().read(LIMIT_S) as cursor, _of_this_visit().noted(cursor):
        yield cursor


def _of_this_visit() -> Reads:
    if _KEY not in st.session_state:
        st.session_state[_KEY] = Reads()
    reads: Reads = st.session_state[_KEY]
    return reads
