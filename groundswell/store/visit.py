"""Opens a home's database for one command: takes the lock briefly, settles, answers, lets go."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TypeVar

from duckdb import DuckDBPyConnection

from groundswell.settings import Settings
from groundswell.spool import Spool
from groundswell.store import drafts, rawfiles
from groundswell.store.absorb import absorb
from groundswell.store.database import FILE_NAME
from groundswell.store.home_lock import take
from groundswell.store.purge import Purged, Wish, purge
from groundswell.store.reading import READ_LIMIT_S, Cursor, Readers
from groundswell.store.retention import keep_to_terms
from groundswell.store.rewrite import open_rewritten, rewrite
from groundswell.store.tidy import sweep_marks
from groundswell.store.transaction import transaction
from groundswell.store.trouble import database_errors

Result = TypeVar("Result")

PATIENCE_S = 5.0


class Visit:
    """A home's database opened for one command."""

    def __init__(self, con: DuckDBPyConnection, home: Path) -> None:
        self._con = con
        self._home = home
        self._readers = Readers(con, home / FILE_NAME)
        self.purged = False

    def read(self, limit_s: float = READ_LIMIT_S) -> AbstractContextManager[DuckDBPyConnection]:
        """A cursor for questions. Raises ``QueryTimeout`` after ``limit_s`` seconds."""
        return self._readers.read(limit_s)

    def write(self, work: Callable[[Cursor], Result]) -> Result:
        """What ``work`` returns, done whole or not at all: for the books of the schedule."""
        with database_errors(self._home / FILE_NAME), transaction(self._con):
            return work(self._con)

    def purge(self, wish: Wish) -> Purged:
        """Deletes by hand; see ``groundswell.store.purge``. The file is written anew at the end of
        the visit."""
        with database_errors(self._home / FILE_NAME):
            purged = purge(self._con, self._home, wish)
        self.purged = True
        return purged


@contextmanager
def open_briefly(home: Path, settings: Settings) -> Iterator[Visit]:
    """The database for one command: what waits in the spool is absorbed first.

    Waits up to 5 s for another command to finish. Raises ``HomeIsOwned`` with the url when a
    server owns the home: ask its routes instead; and ``HomeError``, ``StoreError``.
    """
    lock = take(home, patience_s=PATIENCE_S)
    try:
        con = open_rewritten(home, settings)
        visit = Visit(con, home)
        try:
            _settle(con, home, settings)
            yield visit
        finally:
            con.close()
        if visit.purged:
            rewrite(home, settings)
    finally:
        lock.release()


def _settle(con: DuckDBPyConnection, home: Path, settings: Settings) -> None:
    """Does what was left undone: batches that wait, what killed processes left behind."""
    spool = Spool(home, limit_bytes=settings.spool_limit_bytes)
    spool.sweep()
    drafts.sweep(home)
    rawfiles.sweep(con, home)
    rawfiles.cut(con, home)
    while absorb(con, home, spool, settings.retention) is not None:
        continue
    while keep_to_terms(con, home, spool, settings.retention) is not None:
        continue
    sweep_marks(con)
