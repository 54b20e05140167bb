"""Lets many read at once: one cursor a question, each with a time limit, all ended at closing."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

import duckdb
from duckdb import DuckDBPyConnection

from groundswell.errors import QueryTimeout, ShuttingDown, StoreError
from groundswell.store.trouble import database_errors

# What questions are asked with; other rooms name it without knowing DuckDB.
Cursor: TypeAlias = DuckDBPyConnection

READ_LIMIT_S = 5.0
DRAIN_S = 5.0
BEING_REWRITTEN = (
    "The database file is being written anew, so that nothing of what was deleted is left in it. "
    "Ask again in a moment."
)


class Readers:
    """The cursors in use on one connection."""

    def __init__(self, con: DuckDBPyConnection, file: Path) -> None:
        self._con = con
        self._file = file
        self._closing = False
        self._pausing = False
        self._lock = threading.Condition()
        self._cursors: set[DuckDBPyConnection] = set()

    @contextmanager
    def read(self, limit_s: float = READ_LIMIT_S) -> Iterator[DuckDBPyConnection]:
        """A cursor that sees one state of the database per statement, for at most ``limit_s``
        seconds. Raises ``QueryTimeout`` after that, also when the database is being written anew
        for so long, ``ShuttingDown`` while closing."""
        late = threading.Event()
        cursor = self._open(limit_s)
        brake = threading.Timer(limit_s, _brake, (cursor, late))
        brake.daemon = True
        brake.start()
        try:
            with database_errors(self._file):
                yield cursor
        except duckdb.InterruptException as error:
            raise self._stopped(limit_s, late.is_set()) from error
        finally:
            brake.cancel()
            cursor.close()
            with self._lock:
                self._cursors.discard(cursor)
                self._lock.notify_all()

    def close(self, patience_s: float = DRAIN_S) -> None:
        """Refuses new readers, interrupts the running ones and waits for them to let go."""
        end_s = time.monotonic() + patience_s
        while self._interrupt() and time.monotonic() < end_s:
            time.sleep(0.02)

    @contextmanager
    def paused(self, patience_s: float = DRAIN_S) -> Iterator[None]:
        """Lets no reader in meanwhile: new ones wait. Those at it have ``patience_s`` seconds to
        end and are interrupted then. Raises ``StoreError`` when one does not let go at all."""
        with self._lock:
            self._pausing = True
        try:
            self._drain(patience_s)
            yield
        finally:
            with self._lock:
                self._pausing = False
                self._lock.notify_all()

    def use(self, con: DuckDBPyConnection) -> None:
        """From now on gives cursors of ``con``. While paused only: none of the old one is left."""
        self._con = con

    def _drain(self, patience_s: float) -> None:
        with self._lock:
            if self._lock.wait_for(lambda: not self._cursors, patience_s):
                return
            for cursor in self._cursors:
                cursor.interrupt()
            if not self._lock.wait_for(lambda: not self._cursors, patience_s):
                raise StoreError(
                    "The database file could not be written anew: a reader does not let go of it. "
                    "That is tried again in some minutes."
                )

    def _open(self, limit_s: float) -> DuckDBPyConnection:
        with self._lock:
            if not self._lock.wait_for(lambda: self._closing or not self._pausing, limit_s):
                raise QueryTimeout(BEING_REWRITTEN)
            if self._closing:
                raise ShuttingDown("Groundswell is stopping. Ask again in a moment.")
            cursor = self._con.cursor()
            self._cursors.add(cursor)
            return cursor

    def _interrupt(self) -> bool:
        with self._lock:
            self._closing = True
            self._lock.notify_all()
            for cursor in self._cursors:
                cursor.interrupt()
            return bool(self._cursors)

    def _stopped(self, limit_s: float, late: bool) -> QueryTimeout | ShuttingDown:
        if self._pausing and not late:
            return QueryTimeout(BEING_REWRITTEN)
        if late or not self._closing:
            return QueryTimeout(
                f"The question took longer than {limit_s:g} s and was stopped. "
                "Choose a shorter period or fewer words."
            )
        return ShuttingDown("Groundswell is stopping. Ask again in a moment.")


def _brake(cursor: DuckDBPyConnection, late: threading.Event) -> None:
    late.set()
    cursor.interrupt()
