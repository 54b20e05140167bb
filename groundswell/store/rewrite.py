"""Writes the database file anew, so that not even unused parts of it hold what was deleted."""

from datetime import UTC, datetime
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

from groundswell.errors import HomeFull
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
    """Copies the database into a new file and puts that in its place. Raises ``HomeFull`` when
    there is no room for the copy; then all is as it was."""
    file, fresh = home / FILE_NAME, home / f".{FILE_NAME}.fresh"
    fresh.unlink(missing_ok=True)
    try:
        with database_errors(file), duckdb.connect() as maker:
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
        with home_errors(home):
            fresh.replace(file)
            sync_folder(home)
    finally:
        fresh.unlink(missing_ok=True)
