"""Writes the database file anew, so that not even unused parts of it hold what was deleted."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

from groundswell.errors import HomeFull, StoreError
from groundswell.settings import Settings
from groundswell.spool import sync_folder
from groundswell.store.database import FILE_NAME, STORAGE_VERSION, open_database, quoted
from groundswell.store.ledger import notice
from groundswell.store.sql import question
from groundswell.store.trouble import database_errors, home_errors

NO_ROOM = (
    "Deleted text still lies in unused parts of the database file: there is no room on the disk "
    "for a second copy, which writing it anew needs. Free some, then start Groundswell again."
)


def open_rewritten(home: Path, settings: Settings) -> DuckDBPyConnection:
    """Like ``open_database``; before, the file is written anew when deleted text may have lain in
    unused parts of it for a day, or after a purge by hand. The caller holds the home's lock.

    That needs room for a second copy; without it the old file is opened, a notice says so, and the
    next opening tries again.
    """
    _sweep(home)
    con = open_database(home, settings)
    if not con.execute(question("leftovers_due")).fetchall():
        return con
    con.close()
    try:
        rewrite(home, settings)
    except HomeFull:
        con = open_database(home, settings)
        notice(con, "no_room_to_rewrite", NO_ROOM, at=datetime.now(UTC))
        return con
    return open_database(home, settings)


def rewrite(home: Path, settings: Settings) -> None:
    """Copies the database into a new file and puts that in its place. Nobody may have it open.
    Raises ``HomeFull`` when there is no room for the copy; then all is as it was."""
    with fresh_file(home, settings, home / FILE_NAME) as fresh:
        put_in_place(home, fresh)


@contextmanager
def standing_copy(con: DuckDBPyConnection, home: Path) -> Iterator[Path]:
    """The database as it stands, byte by byte, as a file of its own that others may open, until the
    block ends. The caller sees to it that nobody writes meanwhile; reading goes on. Raises
    ``HomeFull``."""
    file, copy = home / FILE_NAME, home / f".{FILE_NAME}.copy"
    try:
        with database_errors(file), suppress(duckdb.TransactionException):
            con.execute("CHECKPOINT")  # refused while a reader keeps a table of its own
        with home_errors(home):
            for path in (file, _log_of(file)):  # the log holds what is not in the file yet
                if path.exists():
                    shutil.copyfile(path, copy.with_name(path.name.replace(file.name, copy.name)))
        yield copy
    finally:
        copy.unlink(missing_ok=True)
        _log_of(copy).unlink(missing_ok=True)


@contextmanager
def fresh_file(home: Path, settings: Settings, file: Path) -> Iterator[Path]:
    """A new file with all that the database in ``file`` holds and nothing that it once held, until
    the block ends or it is put in place. Raises ``HomeFull``."""
    fresh = home / f".{FILE_NAME}.fresh"
    fresh.unlink(missing_ok=True)
    try:
        with database_errors(home / FILE_NAME), duckdb.connect() as maker:
            maker.execute("SET memory_limit = $limit", {"limit": settings.memory_limit})
            maker.execute("SET threads = $threads", {"threads": settings.threads})
            maker.execute(f"ATTACH '{quoted(file)}' AS stored")
            maker.execute(
                f"ATTACH '{quoted(fresh)}' AS fresh (STORAGE_VERSION '{STORAGE_VERSION}')"
            )
            maker.execute("COPY FROM DATABASE stored TO fresh")
            maker.execute("DELETE FROM fresh.leftovers")
            maker.execute("DETACH stored")
            maker.execute("DETACH fresh")
        yield fresh
    finally:
        fresh.unlink(missing_ok=True)


def put_in_place(home: Path, fresh: Path) -> None:
    """Makes ``fresh`` the database of the home. Nobody may have the old one open. Raises
    ``StoreError`` when that was not closed in order: its log would be taken for the new one's."""
    file = home / FILE_NAME
    if _log_of(file).exists():
        raise StoreError(
            f"{file} could not be written anew: {_log_of(file).name} is still there. It is tried "
            "again in some minutes."
        )
    with home_errors(home):
        fresh.replace(file)
        sync_folder(home)


def _sweep(home: Path) -> None:
    """Removes copies that a killed process left: they hold what was deleted since."""
    copy = home / f".{FILE_NAME}.copy"
    with home_errors(home):
        for path in (copy, _log_of(copy), home / f".{FILE_NAME}.fresh"):
            path.unlink(missing_ok=True)


def _log_of(file: Path) -> Path:
    return file.with_name(f"{file.name}.wal")
