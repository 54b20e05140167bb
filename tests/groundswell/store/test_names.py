"""What stands beside a post as its author's name, when the account is renamed or deleted."""

from pathlib import Path

import pytest
from duckdb import DuckDBPyConnection

from groundswell.post import ACCOUNT_DELETED, Post
from tests.groundswell.store.conftest import Take
from tests.groundswell.store.making import HOUR, T0, batch, post, rows, scored
from tests.groundswell.store.recount import check
from tests.groundswell.store.traces import traces

NAMES = "SELECT author, author_id FROM posts"
OLD = "unmistakeable-old-name"


def _first() -> Post:
    return post(1, author=OLD, version="1", raw=b'{"by": "%s"}' % OLD.encode())


@pytest.mark.parametrize("backwards", [False, True])
def test_the_name_told_last_stands(con: DuckDBPyConnection, take: Take, backwards: bool) -> None:
    renamed = post(1, author="new-name", version="1", first_seen_at=T0 + HOUR)
    batches = [batch(n, [scored(one)]) for n, one in enumerate((_first(), renamed))]
    for one in reversed(batches) if backwards else batches:
        take(one)
    assert rows(con, NAMES) == [("new-name", "did:plc:sample-user-1")]
    check(con)


def test_a_name_that_is_not_told_is_not_taken_away(con: DuckDBPyConnection, take: Take) -> None:
    silent = post(1, author=None, author_id=None, version="1", first_seen_at=T0 + HOUR)
    take(batch(0, [scored(_first())]))
    take(batch(1, [scored(silent)]))
    assert rows(con, NAMES) == [(OLD, "did:plc:sample-user-1")]


@pytest.mark.parametrize("left", [None, "user-9"])
def test_of_a_deleted_account_no_name_is_left(
    con: DuckDBPyConnection, home: Path, take: Take, left: str | None
) -> None:
    nobody = post(
        1, author=left, author_id=None, version="1", first_seen_at=T0 + HOUR,
        labels=(ACCOUNT_DELETED,), raw=b'{"by": null}',
    )  # fmt: skip
    take(batch(0, [scored(_first())]))
    take(batch(1, [scored(nobody)]))
    assert rows(con, NAMES) == [(left, None)]
    assert [name for name in traces(home, OLD) if name.endswith(".parquet")] == []
    check(con)
    take(batch(2, [scored(nobody)]))
    assert rows(con, "SELECT count(*) FROM edits") == [(1,)]
