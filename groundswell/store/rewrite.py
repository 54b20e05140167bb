"""Writes the database file anew, so that not even unused parts of it hold what was deleted."""

from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

from groundswell.settings import Settings
from groundswell.spool import sync_folder
from groundswell.store.database import FILE_NAME, STORAGE_VERSION, open_database, quoted
from groundswell.store.sql import question
from groundswell.store.trouble import database_errors, home_errors


def open_rewritten(home: Path, settings: Settings) -> DuckDBPyConnection:
    """Like ``open_database``; before, the file is written anew when deleted text may have lain in
    unused parts of it for a day, or after a purge by hand. The caller holds the home's lock.

    That needs room for a second copy: raises ``HomeFull`` without it, and the old file stays.
    """
    con = open_database(home, settings)
    if not con.execute(question("leftovers_due")).fetchall():
        return con
    con.close()
    rewrite(home, settings)
    return open_database(home, settings)


def rewrite(home: Path, settings: Settings) -> None:
    """Copies the database into a new file and puts that in its place, or leaves all as it was."""
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
