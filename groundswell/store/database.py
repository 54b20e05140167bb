"""Opens the one database file of a home and locks it down."""

from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

from groundswell.settings import Settings
from groundswell.store.migrate import migrate
from groundswell.store.trouble import database_errors, home_errors

FILE_NAME = "groundswell.duckdb"
STORAGE_VERSION = "v1.5.0"  # DuckDB 1.5 and 2 both read and write it

# A checkpoint rewrites the last row group of ``posts``: 0.3 s. At DuckDB's 16 MB it came with every
# third batch of 10,000; replaying 128 MB after a kill takes about a second.
CHECKPOINT_THRESHOLD = "128MB"


def folders(home: Path) -> tuple[Path, ...]:
    """The folders of a home that SQL may read and write; nothing else on the disk."""
    return (home / "spool", home / "raw", home / "exports")


def open_database(home: Path, settings: Settings) -> DuckDBPyConnection:
    """A read-write connection to the home's database, made and migrated when needed, locked down.

    Cursors of it share its memory limit, threads and lock-down; their time zone is UTC.
    Raises ``HomeIsOwned`` when another process has it open, ``DatabaseTooNew``, ``HomeError``,
    ``HomeFull`` and ``StoreError``.
    """
    file = home / FILE_NAME
    with home_errors(home):
        for folder in folders(home):
            folder.mkdir(parents=True, exist_ok=True)
    with database_errors(file):
        if not file.exists():
            _create(file)
        con = duckdb.connect(
            str(file),
            config={
                "memory_limit": settings.memory_limit,
                "threads": settings.threads,
                "checkpoint_threshold": CHECKPOINT_THRESHOLD,
            },
        )
        try:
            con.execute("SET GLOBAL TimeZone = 'UTC'")
            migrate(con)
            _lock_down(con, home)
        except BaseException:
            con.close()
            raise
    return con


def quoted(path: Path) -> str:
    """``path`` inside an SQL literal: ATTACH and SET take no parameters."""
    return str(path.resolve()).replace("'", "''")


def _create(file: Path) -> None:
    with duckdb.connect() as maker:
        maker.execute(f"ATTACH '{quoted(file)}' AS made (STORAGE_VERSION '{STORAGE_VERSION}')")
        maker.execute("DETACH made")


def _lock_down(con: DuckDBPyConnection, home: Path) -> None:
    """Even SQL smuggled in could read nothing but the home's own folders, nor load code."""
    allowed = ", ".join(f"'{quoted(folder)}'" for folder in folders(home))
    con.execute("SET autoinstall_known_extensions = false")
    con.execute("SET autoload_known_extensions = false")
    con.execute(f"SET allowed_directories = [{allowed}]")
    con.execute("SET enable_external_access = false")
    con.execute("SET lock_configuration = true")
