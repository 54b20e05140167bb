"""What goes wrong below is said in one line that names the file and what to do."""

import errno
from pathlib import Path

import duckdb
import pytest

from groundswell.errors import DatabaseTooNew, HomeError, HomeFull, HomeIsOwned, StoreError
from groundswell.store.trouble import database_errors, home_errors

FILE = Path("/somewhere/groundswell.duckdb")


@pytest.mark.parametrize(
    ("error", "kind", "said"),
    [
        (duckdb.IOException("No space left on device"), HomeFull, "Free some"),
        (duckdb.TransactionException("Failed to commit: No space left"), HomeFull, "Free some"),
        (duckdb.FatalException("invalidated: No space left on device"), HomeFull, "Free some"),
        (duckdb.IOException("Could not set lock on file"), HomeIsOwned, "open in another"),
        (duckdb.IOException("a newer storage version 99"), DatabaseTooNew, "Update Groundswell"),
        (duckdb.IOException("Permission denied"), HomeError, "owner and rights"),
        (duckdb.PermissionException("file system"), HomeError, "spool, raw and exports"),
        (duckdb.OutOfMemoryException("failed to pin"), StoreError, "GROUNDSWELL_MEMORY_LIMIT"),
        (duckdb.FatalException("corrupt block"), StoreError, "damaged (corrupt block)"),
        (duckdb.SerializationException(""), StoreError, "damaged (SerializationException)"),
        (duckdb.BinderException("no such column\nLINE 1"), StoreError, "(no such column)"),
    ],
)
def test_duckdbs_words_become_ours(error: duckdb.Error, kind: type, said: str) -> None:
    with pytest.raises(kind) as told, database_errors(FILE):
        raise error
    assert type(told.value) is kind
    assert said in str(told.value)
    assert "\n" not in str(told.value)
    assert "/somewhere" in str(told.value) or kind is StoreError
    assert told.value.__cause__ is error


def test_an_interruption_is_left_to_who_set_the_limit() -> None:
    with pytest.raises(duckdb.InterruptException), database_errors(FILE):
        raise duckdb.InterruptException("interrupted")


@pytest.mark.parametrize(
    ("number", "kind"),
    [(errno.ENOSPC, HomeFull), (errno.EDQUOT, HomeFull), (errno.EROFS, HomeError)],
)
def test_the_file_systems_words_become_ours(number: int, kind: type) -> None:
    with pytest.raises(kind) as told, home_errors(FILE.parent):
        raise OSError(number, "said so")
    assert type(told.value) is kind
    assert "/somewhere" in str(told.value)
