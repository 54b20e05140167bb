"""Turns what DuckDB and the file system complain of into one line for people."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from groundswell.errors import (
    DatabaseTooNew,
    GroundswellError,
    HomeError,
    HomeFull,
    HomeIsOwned,
    StoreError,
)

_NO_ROOM = ("No space left", "Disk quota exceeded", "not enough space")
_DAMAGED = (duckdb.SerializationException, duckdb.FatalException, duckdb.InternalException)


@contextmanager
def home_errors(home: Path) -> Iterator[None]:
    """Turns what the file system says of the home into ``HomeFull`` or ``HomeError``."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise _full(home) from error
        raise _unusable(home, error) from error


@contextmanager
def database_errors(file: Path) -> Iterator[None]:
    """Turns what DuckDB says of ``file`` into an error of ours. An interrupted question passes
    unchanged: who set its time limit knows what it means."""
    try:
        yield
    except duckdb.InterruptException:
        raise
    except duckdb.Error as error:
        raise _told(file, error) from error


def _told(file: Path, error: duckdb.Error) -> GroundswellError:
    said, first_line = str(error), _first_line(error)
    if any(word in said for word in _NO_ROOM):
        return _full(file.parent)
    if "Could not set lock" in said:
        return HomeIsOwned(
            f"The database {file} is open in another process. "
            "Close that one, or wait for it to finish."
        )
    if isinstance(error, duckdb.IOException):
        if "version" in said.lower() and "storage" in said.lower():
            return DatabaseTooNew(
                f"{file} was written by a later DuckDB than the one installed here. "
                "Update Groundswell, or use another --home. Nothing was changed."
            )
        if "not a valid DuckDB database" in said:
            return _damaged(file, first_line)
        return _unusable(file.parent, error)
    if isinstance(error, duckdb.PermissionException):
        return HomeError(
            f"The database may use files in spool, raw and exports of {file.parent} alone "
            f"({first_line})."
        )
    if isinstance(error, duckdb.OutOfMemoryException):
        return StoreError(
            f"DuckDB ran out of memory ({first_line}). Raise GROUNDSWELL_MEMORY_LIMIT or narrow "
            "the question. Nothing was changed."
        )
    if isinstance(error, _DAMAGED):
        return _damaged(file, first_line)
    return StoreError(f"The database {file} could not do this ({first_line}). Nothing was changed.")


def _damaged(file: Path, first_line: str) -> StoreError:
    return StoreError(
        f"The database {file} is damaged ({first_line}). Move it away and collect again, or "
        "put back a copy: batches still in the spool are not lost."
    )


def _full(home: Path) -> HomeFull:
    return HomeFull(
        f"No space left for {home}. Free some, then run the command again: "
        "what was stored before is kept, and waiting batches stay in the spool."
    )


def _unusable(home: Path, error: Exception) -> HomeError:
    return HomeError(
        f"{home} cannot be used ({_first_line(error)}). Check its owner and rights, or give "
        "another folder with --home."
    )


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
