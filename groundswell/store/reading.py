"""Lets many read at once: one cursor a question, each with a time limit, all ended at closing."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

import duckdb
from duckdb import DuckDBPyConnection

from groundswell.errors import QueryTimeout, ShuttingDown
from groundswell.store.trouble import database_errors

# What questions are asked with; other rooms name it without knowing DuckDB.
Cursor: TypeAlias = DuckDBPyConnection

READ_LIMIT_S = 5.0
DRAIN_S = 5.0


class Readers:
    """The cursors in use on one connection."""

    def __init__(self, con: DuckDBPyConnection, file: Path) -> None:
        self._con = con
        self._file = file
        self._closing = False
        self._lock = threading.Lock()
        self._cursors: set[DuckDBPyConnection] = set()

    @contextmanager
    def read(self, limit_s: float = READ_LIMIT_S) -> Iterator[DuckDBPyConnection]:
        """A cursor that sees one state of the database per statement, for at most ``limit_s``
        seconds. Raises ``QueryTimeout`` after that, ``ShuttingDown`` while closing."""
        late = threading.Event()
        cursor = self._open()
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
            with self._lock:
                self._cursors.discard(cursor)
            cursor.close()

    def close(self, patience_s: float = DRAIN_S) -> None:
        """Refuses new readers, interrupts the running ones and waits for them to let go."""
        end_s = time.monotonic() + patience_s
        while self._interrupt() and time.monotonic() < end_s:
            time.sleep(0.02)

    def _open(self) -> DuckDBPyConnection:
        with self._lock:
            if self._closing:
                raise ShuttingDown("Groundswell is stopping. Ask again in a moment.")
            cursor = self._con.cursor()
            self._cursors.add(cursor)
            return cursor

    def _interrupt(self) -> bool:
        with self._lock:
            self._closing = True
            for cursor in self._cursors:
                cursor.interrupt()
            return bool(self._cursors)

    def _stopped(self, limit_s: float, late: bool) -> QueryTimeout | ShuttingDown:
        if late or not self._closing:
            return QueryTimeout(
                f"The question took longer than {limit_s:g} s and was stopped. "
                "Choose a shorter period or fewer words."
            )
        return ShuttingDown("Groundswell is stopping. Ask again in a moment.")


def _brake(cursor: DuckDBPyConnection, late: threading.Event) -> None:
    late.set()
    cursor.interrupt()
