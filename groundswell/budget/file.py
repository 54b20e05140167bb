"""The file of what was spent: one small SQLite database that processes share and crashes respect.

It keeps a rollback journal, not a write-ahead log: there is one short write for each request, the
file may lie on a network disk, and nothing beside it holds amounts. ``synchronous = EXTRA`` has
each amount on disk, folder entry included, before the request that it pays for is sent.
"""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

from groundswell.errors import HomeError, HomeFull, StateError

FILE_NAME = "budgets.sqlite"
BUSY_S = 30.0
APPLICATION_ID = 1196577620  # "GRST", so that another program's file is not taken for ours
VERSION = 1

_HERE = Path(__file__).resolve().parent
_UNREADABLE = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_ERROR")


@cache
def statement(name: str) -> str:
    """Text of ``sql/<name>.sql``."""
    return (_HERE / "sql" / f"{name}.sql").read_text(encoding="utf-8")


@contextmanager
def changing(home: Path) -> Iterator[sqlite3.Connection]:
    """The file, made if there is none, inside one transaction that no other process can come
    between. Raises ``StateError`` when it cannot be trusted, ``HomeError`` when it cannot be
    used."""
    with _explained(home / FILE_NAME):
        _make(home / FILE_NAME)
        with closing(_opened(home / FILE_NAME)) as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                _refuse_foreign(db, home / FILE_NAME)
                yield db
            except BaseException:
                db.rollback()
                raise
            db.commit()


@contextmanager
def reading(home: Path) -> Iterator[sqlite3.Connection | None]:
    """The file for reading; None when there is none yet. Raises as ``changing``."""
    path = home / FILE_NAME
    with _explained(path):
        if not path.exists():
            yield None
            return
        with closing(_opened(path)) as db:
            _refuse_foreign(db, path)
            yield db


def _opened(path: Path) -> sqlite3.Connection:
    """Never makes a file: an empty one would read as "nothing spent"."""
    db = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw", BUSY_S, isolation_level=None, uri=True
    )
    db.execute("PRAGMA synchronous = EXTRA")
    return db


def _make(path: Path) -> None:
    """Makes the file whole or not at all: written beside its place, then moved there."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with _alone(path.with_name(f".{path.name}.lock")):
        if path.exists():
            return
        # A journal without its database would be played back into the new one.
        path.with_name(f"{path.name}-journal").unlink(missing_ok=True)
        fresh = path.with_name(f".{path.name}.new")
        fresh.unlink(missing_ok=True)
        os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with closing(_opened(fresh)) as db:
            db.executescript(statement("schema"))
        fresh.replace(path)


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _refuse_foreign(db: sqlite3.Connection, path: Path) -> None:
    [(owner,)] = db.execute("PRAGMA application_id").fetchall()
    [(version,)] = db.execute("PRAGMA user_version").fetchall()
    if owner == APPLICATION_ID and version > VERSION:
        raise StateError(
            f"{path} was made by a later Groundswell (shape {version}). Install that version, or "
            "use another --home. Nothing was asked."
        )
    if owner != APPLICATION_ID or version != VERSION:
        raise _distrusted(path, "it is not a file of Groundswell's")
    [(found, *_), *_] = db.execute("PRAGMA quick_check(1)").fetchall()
    if found != "ok":
        raise _distrusted(path, found)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        kind = getattr(error, "sqlite_errorname", "SQLITE_ERROR")
        if kind.startswith(_UNREADABLE):
            raise _distrusted(path, str(error)) from error
        if kind == "SQLITE_FULL":
            raise HomeFull(
                f"{path} cannot be written: no space left. Make room, then run the same command "
                "again. Nothing was asked."
            ) from error
        raise HomeError(
            f"{path} cannot be used ({error}). Check its owner and rights, and whether another "
            "run hangs. Nothing was asked."
        ) from error
    except OSError as error:
        raise HomeError(
            f"{path} cannot be made ({error.strerror}). Check the owner and rights of its folder, "
            "or give another with --home."
        ) from error


def _distrusted(path: Path, why: str) -> StateError:
    return StateError(
        f"{path}, which says what was spent of quotas and money, cannot be trusted ({why}). "
        "Nothing was asked. Look at each site's own account page for what is left, set the "
        f"budgets to that, and delete the file and {path.name}-journal beside it: the next run "
        "begins a new one at nothing spent."
    )
