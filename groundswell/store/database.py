"""Opens the one database file of a home, locks it down, and says in words what went wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

from groundswell.errors import DatabaseTooNew, HomeError, HomeFull, HomeIsOwned, StoreError
from groundswell.settings import Settings
from groundswell.store.migrate import migrate

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


@contextmanager
def home_errors(home: Path) -> Iterator[None]:
    """Turns what the file system says of the home into a line for people."""
    try:
        yield
    except OSError as error:
        raise _home_error(home, str(error), error) from error


@contextmanager
def database_errors(file: Path) -> Iterator[None]:
    """Turns what DuckDB says of ``file`` into an error of ours; others pass unchanged."""
    try:
        yield
    except duckdb.IOException as error:
        said = str(error)
        if "Could not set lock" in said:
            raise HomeIsOwned(
                f"The database {file} is open in another process. "
                "Close that one, or wait for it to finish."
            ) from error
        if "version" in said.lower() and "storage" in said.lower():
            raise DatabaseTooNew(
                f"{file} was written by a later DuckDB than the one installed here. "
                "Update Groundswell, or use another --home. Nothing was changed."
            ) from error
        raise _home_error(file.parent, said, error) from error
    except (duckdb.SerializationException, duckdb.FatalException, duckdb.InternalException) as e:
        raise StoreError(
            f"The database {file} is damaged ({_first_line(e)}). Move it away and collect again, "
            "or put back a copy: batches still in the spool are not lost."
        ) from e
    except duckdb.PermissionException as error:
        places = " and ".join(folder.name for folder in folders(file.parent))
        raise HomeError(
            f"The database reads and writes files in {places} of {file.parent} alone "
            f"({_first_line(error)})."
        ) from error
    except duckdb.OutOfMemoryException as error:
        raise StoreError(
            f"DuckDB ran out of memory ({_first_line(error)}). Raise GROUNDSWELL_MEMORY_LIMIT or "
            "narrow the question. Nothing was changed."
        ) from error
    except duckdb.InterruptException:
        raise  # who set the time limit knows what it means
    except duckdb.Error as error:
        raise StoreError(
            f"The database {file} could not do this ({_first_line(error)}). Nothing was changed."
        ) from error


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


def _home_error(home: Path, said: str, error: Exception) -> HomeError:
    if "No space left" in said or "Disk quota" in said or getattr(error, "errno", 0) in (28, 122):
        return HomeFull(
            f"No space left for {home}. Free some, then run the command again: "
            "what was stored before is kept, and waiting batches stay in the spool."
        )
    return HomeError(
        f"{home} cannot be used ({_first_line(error)}). Check its owner and rights, or give "
        "another folder with --home."
    )


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
