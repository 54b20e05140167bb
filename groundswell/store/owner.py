"""Owns a home's database: absorbs batches as they come, lets everybody read, stops cleanly."""

import logging
import os
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from duckdb import DuckDBPyConnection

from groundswell.disk import nearly_full
from groundswell.errors import GroundswellError, HomeFull, ShuttingDown, StoreError
from groundswell.settings import Settings
from groundswell.spool import Spool
from groundswell.store import drafts, rawfiles
from groundswell.store.absorb import Absorbed, absorb
from groundswell.store.database import FILE_NAME, open_database
from groundswell.store.home_lock import OwnerCard, served_by, take
from groundswell.store.ledger import notice
from groundswell.store.purge import Purged, Wish, purge
from groundswell.store.reading import READ_LIMIT_S, Cursor, Readers
from groundswell.store.retention import Expired, keep_to_terms
from groundswell.store.rewrite import (
    NO_ROOM,
    fresh_file,
    open_rewritten,
    put_in_place,
    standing_copy,
)
from groundswell.store.sql import question
from groundswell.store.tidy import seal, sweep_marks, tidy
from groundswell.store.transaction import transaction
from groundswell.store.trouble import database_errors
from groundswell.store.visit import PATIENCE_S, Visit, open_briefly

__all__ = ["Owner", "OwnerCard", "Visit", "hold", "open_briefly", "owner", "served_by"]

Result = TypeVar("Result")

POLL_S = 0.5
_log = logging.getLogger(__name__)
AFTER_TROUBLE_S = 5.0  # a full disk is not freed by asking twice a second
TIDY_EVERY_S = 15.0
TERMS_EVERY_S = 300.0


class Owner:
    """The one process that has a home's database open, for as long as it lives.

    Making one takes the lock and opens the database: raises ``HomeIsOwned`` when another has it.
    ``start`` and ``stop`` belong to the server's life; ``read`` works between them.
    """

    def __init__(self, home: Path, settings: Settings, *, url: str | None = None) -> None:
        self.home = home
        self.token = secrets.token_urlsafe(32)
        self._lock = take(home, patience_s=PATIENCE_S)
        try:
            self._con = open_rewritten(home, settings)
        except BaseException:
            self._lock.release()
            raise
        self._settings = settings
        self._spool = Spool(home, limit_bytes=settings.spool_limit_bytes)
        self._readers = Readers(self._con, home / FILE_NAME)
        self._writing = threading.Lock()
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._absorber = threading.Thread(target=self._absorb_on, name="absorber", daemon=False)
        self._trouble: str | None = None
        self._versions = _versions(self._con)
        self._tidied_version = -1
        self._tidy_after_s = 0.0
        self._terms_after_s = 0.0
        if url is not None:
            self._lock.show(OwnerCard(pid=os.getpid(), url=url, token=self.token))

    @property
    def version(self) -> int:
        """Rises with every absorbed group and every purge; the same number means the same data."""
        return max(self._versions.values(), default=0)

    @property
    def trouble(self) -> str | None:
        """Why absorbing or collecting does not go on just now (a full disk, say); None when it
        does."""
        if self._trouble is not None:
            return self._trouble
        full = nearly_full(self.home, self._settings.least_free_bytes)
        return None if full is None else str(full)

    @property
    def absorbs(self) -> bool:
        """Whether the thread that takes batches in is alive; False before ``start`` and once
        stopping."""
        return self._absorber.is_alive() and not self._stopping.is_set()

    def topic_version(self, topic: str) -> int:
        """Like ``version``, for what concerns ``topic`` alone; 0 before its first batch."""
        return self._versions.get(topic, 0)

    def start(self) -> None:
        """Begins to absorb what lies and comes into the spool."""
        self._spool.sweep()
        drafts.sweep(self.home)
        rawfiles.sweep(self._con, self.home)
        rawfiles.cut(self._con, self.home)
        self._absorber.start()

    def absorb_now(self) -> None:
        """Looks into the spool at once instead of at the next poll."""
        self._wake.set()

    def read(self, limit_s: float = READ_LIMIT_S) -> AbstractContextManager[DuckDBPyConnection]:
        """A cursor for questions. Raises ``QueryTimeout`` after ``limit_s`` seconds (5 for pages,
        300 for exports), ``ShuttingDown`` while stopping."""
        return self._readers.read(limit_s)

    def purge(self, wish: Wish) -> Purged:
        """Deletes by hand; see ``groundswell.store.purge``. What waits in the spool is taken in
        first, and the file is written anew at last: readers wait for that. Raises ``HomeFull`` when
        there is no room for it, ``StoreError`` when a reader keeps the file: then all is deleted,
        but may still lie in unused parts of the file, and that is tried again later."""
        with self._writing:
            while (
                absorbed := absorb(self._con, self.home, self._spool, self._settings.retention)
            ) is not None:
                self._count(absorbed)
            with database_errors(self.home / FILE_NAME):
                purged = purge(self._con, self.home, wish)
            self._count(purged)
            self._rewrite()
        return purged

    def write(self, work: Callable[[Cursor], Result]) -> Result:
        """What ``work`` returns, done whole or not at all, between two batches: for the books of
        the schedule, not for posts. Raises ``ShuttingDown`` once stopping."""
        with self._writing:
            if self._stopping.is_set():
                raise ShuttingDown("Groundswell is stopping. Ask again in a moment.")
            with database_errors(self.home / FILE_NAME), transaction(self._con):
                return work(self._con)

    def stop(self) -> None:
        """Finishes the running transaction, ends the readers, closes, lets go of the home. A second
        call does nothing."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        self._wake.set()
        if self._absorber.is_alive():
            self._absorber.join()
        self._readers.close()
        self._con.close()
        self._lock.release()

    def _absorb_on(self) -> None:
        while not self._stopping.is_set():
            pause_s = self._absorb_waiting()
            self._wake.wait(pause_s)
            self._wake.clear()

    def _absorb_waiting(self) -> float:
        """Absorbs until nothing waits; how long to sleep then, in seconds."""
        try:
            while not self._stopping.is_set():
                with self._writing:
                    absorbed = absorb(self._con, self.home, self._spool, self._settings.retention)
                if absorbed is None:
                    break
                self._count(absorbed)
            self._keep_to_terms()
            self._tidy()
            self._trouble = None
        except GroundswellError as error:
            if self._trouble != str(error):
                known = {"event": "absorbing_failed", "reason": error.reason}
                _log.warning("%s", error, extra=known)
            self._trouble = str(error)
            return AFTER_TROUBLE_S
        return POLL_S

    def _keep_to_terms(self) -> None:
        """Every ``TERMS_EVERY_S``, whether batches come or not: time alone makes texts expire."""
        now_s = time.monotonic()
        if now_s < self._terms_after_s:
            return
        with database_errors(self.home / FILE_NAME):
            while expired := self._once(self._expire):
                self._count(expired)
            self._once(lambda: sweep_marks(self._con))
            self._once(self._rewrite_when_due)
        self._terms_after_s = now_s + TERMS_EVERY_S

    def _rewrite_when_due(self) -> None:
        """What was deleted upstream may lie in unused parts of the file for a day, no longer."""
        if not self._con.execute(question("leftovers_due")).fetchall():
            return
        try:
            self._rewrite()
        except HomeFull:
            notice(self._con, "no_room_to_rewrite", NO_ROOM, at=datetime.now(UTC))

    def _rewrite(self) -> None:
        """Writes the file anew: beside the readers, who wait only while it is put in place. The
        caller alone may write meanwhile."""
        with (
            standing_copy(self._con, self.home) as copy,
            fresh_file(self.home, self._settings, copy) as fresh,
            self._readers.paused(),
        ):
            self._con.close()
            try:
                put_in_place(self.home, fresh)
            finally:
                self._con = open_database(self.home, self._settings)
                self._readers.use(self._con)

    def _expire(self) -> Expired | None:
        return keep_to_terms(self._con, self.home, self._spool, self._settings.retention)

    def _tidy(self) -> None:
        """At most every ``TIDY_EVERY_S`` while batches keep coming; changes no answer."""
        now_s = time.monotonic()
        if self._tidied_version == self.version or now_s < self._tidy_after_s:
            return
        version = self.version
        with database_errors(self.home / FILE_NAME):
            while self._once(lambda: seal(self._con)):
                continue
            self._once(lambda: tidy(self._con))
            while self._once(lambda: rawfiles.merge(self._con, self.home)):
                continue
        self._tidied_version = version
        self._tidy_after_s = now_s + TIDY_EVERY_S

    def _once(self, work: Callable[[], Result]) -> Result | None:
        """A piece of upkeep between two batches; None while stopping."""
        with self._writing:
            return None if self._stopping.is_set() else work()

    def _count(self, change: Absorbed | Expired | Purged) -> None:
        for topic in change.topics:
            self._versions[topic] = change.group_no
            known = {"topic": topic, "version": change.group_no}
            _log.info("Stored.", extra={"event": type(change).__name__.lower(), **known})


_held: Owner | None = None


def hold(one: Owner) -> Owner:
    """Makes ``one`` the owner that pages and routes of this process ask; returns it."""
    global _held  # one slot a process: pages are executed, not imported
    _held = one
    return one


def owner() -> Owner:
    """The owner of this process. Raises ``StoreError`` when none was held."""
    if _held is None:
        raise StoreError("No database is open in this process. Start it with `groundswell serve`.")
    return _held


def _versions(con: DuckDBPyConnection) -> dict[str, int]:
    return dict(con.execute(question("topic_versions")).fetchall())
