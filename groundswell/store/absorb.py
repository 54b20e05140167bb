"""Takes waiting batches into the database: posts, coverage and cursor in one transaction."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from duckdb import DuckDBPyConnection

from groundswell.errors import BatchUnreadable
from groundswell.spool import Envelope, Spool, read_envelope
from groundswell.store.database import FILE_NAME, database_errors
from groundswell.store.erase import erase
from groundswell.store.ledger import enter, notice
from groundswell.store.sql import question, step

GROUP_BATCHES = 64  # one transaction costs about 70 ms however small it is: small batches share one
GROUP_POSTS = 50_000

_TAKE_IN = (
    "number_posts",
    "add_authors",
    "number_authors",
    "fresh_matches",
    "fresh_scores",
    "touched",
)
_UNDO = ("uncount_touched", "uncount_touched_terms", "drop_replaced", "date_earlier")
_STORE = (
    "add_posts",
    "add_models",
    "add_matches_and_scores",
    "met_terms",
    "add_tokens",
    "number_terms",
    "fresh_engagement",
    "add_engagement",
    "fresh_facts",
    "add_facts",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Absorbed:
    """What one transaction took in. ``sightings`` counts rows of the files, known posts too;
    ``removed`` stored posts that deletions took away."""

    group_no: int
    batches: int
    sightings: int
    removed: int
    topics: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    path: Path
    envelope: Envelope
    posts: int


class _FileUnreadable(Exception):
    """One of the files of a group could not be read to its end."""


def absorb(con: DuckDBPyConnection, home: Path, spool: Spool) -> Absorbed | None:
    """Absorbs the next group of waiting batches and removes their files; None when none waits.

    A batch absorbed before changes nothing. An unreadable file is set aside with a notice, the
    others go on. Raises ``HomeFull``, ``HomeError``, ``StoreError``: then the transaction was
    rolled back and the files still wait.
    """
    with database_errors(home / FILE_NAME):
        while paths := spool.waiting()[:GROUP_BATCHES]:
            group = _next_group(con, spool, paths)
            if group and (absorbed := _absorb_readable(con, spool, group)):
                return absorbed
    return None


def _next_group(con: DuckDBPyConnection, spool: Spool, paths: Sequence[Path]) -> list[_Waiting]:
    """The first files, together at most ``GROUP_POSTS`` posts or one file; unreadable ones are set
    aside and ones absorbed before removed on the way."""
    known = _known_batches(con, [path.stem for path in paths])
    group: list[_Waiting] = []
    for path in paths:
        if path.stem in known:
            path.unlink(missing_ok=True)
            continue
        try:
            waiting = _look_at(path)
        except BatchUnreadable as error:
            _set_aside(con, spool, path, str(error))
            continue
        if group and sum(w.posts for w in group) + waiting.posts > GROUP_POSTS:
            break
        group.append(waiting)
    return group


def _absorb_readable(
    con: DuckDBPyConnection, spool: Spool, group: Sequence[_Waiting]
) -> Absorbed | None:
    """Absorbs the group, or, when one file of it cannot be read, what of it can."""
    try:
        return _absorb_group(con, group)
    except _FileUnreadable as error:
        if len(group) == 1:
            _set_aside(con, spool, group[0].path, str(error))
            return None
    done = [a for one in group if (a := _absorb_readable(con, spool, [one]))]
    return _together(done) if done else None


def _absorb_group(con: DuckDBPyConnection, group: Sequence[_Waiting]) -> Absorbed:
    now = datetime.now(UTC)
    with _transaction(con):
        group_no = _next_number(con, "group")
        removed = erase(con, [d for waiting in group for d in waiting.envelope.deletions])
        _take_posts(con, [waiting.path for waiting in group if waiting.posts], now)
        for waiting in group:
            enter(con, waiting.envelope, group_no=group_no, posts=waiting.posts, now=now)
    for waiting in group:
        waiting.path.unlink(missing_ok=True)
    return Absorbed(
        group_no=group_no,
        batches=len(group),
        sightings=sum(waiting.posts for waiting in group),
        removed=removed,
        topics=frozenset(waiting.envelope.topic for waiting in group),
    )


def _take_posts(con: DuckDBPyConnection, paths: Sequence[Path], now: datetime) -> None:
    if not paths:
        return
    _stage(con, paths)
    _refuse_withheld_text(con, now)
    con.execute(step("drop_buried"))
    con.execute(step("known"))
    con.execute(step("arriving"))
    any_known = bool(con.execute(question("any_known")).fetchall())
    for name in _TAKE_IN:
        con.execute(step(name))
    if any_known:
        con.execute(step("fresh_edits"), {"now": now})
        for name in _UNDO:
            con.execute(step(name))
    for name in _STORE:
        con.execute(step(name))
    if any_known:
        con.execute(step("renew_loudness"))


def _stage(con: DuckDBPyConnection, paths: Sequence[Path]) -> None:
    try:
        con.execute(step("incoming"), {"files": [str(path) for path in paths]})
    except (duckdb.OutOfMemoryException, duckdb.FatalException):
        raise
    except duckdb.Error as error:
        raise _FileUnreadable(f"Its posts cannot be read: {error}") from error


def _refuse_withheld_text(con: DuckDBPyConnection, now: datetime) -> None:
    """Nothing of it is kept; but a collector that hands it over has to be mended."""
    for batch_id, count in con.execute(question("withheld_with_text")).fetchall():
        message = f"Batch {batch_id} held text or author of {count} withheld posts; not stored."
        notice(con, "withheld_text", message, at=now)


def _look_at(path: Path) -> _Waiting:
    envelope = read_envelope(path)
    try:
        return _Waiting(path=path, envelope=envelope, posts=pq.read_metadata(path).num_rows)
    except (OSError, pa.ArrowException) as error:
        raise BatchUnreadable(f"{path.name} is not a batch: {error}") from error


def _set_aside(con: DuckDBPyConnection, spool: Spool, path: Path, reason: str) -> None:
    moved = spool.set_aside(path, reason)
    message = f"{path.name} cannot be read and was moved to {moved.parent}: {reason}"
    with _transaction(con):
        notice(con, "batch_unreadable", message, at=datetime.now(UTC))


def _known_batches(con: DuckDBPyConnection, ids: Sequence[str]) -> set[str]:
    rows = con.execute(question("batches_known"), {"ids": list(ids)}).fetchall()
    return {batch_id for (batch_id,) in rows}


def _next_number(con: DuckDBPyConnection, name: str) -> int:
    return int(con.execute(step("next_number"), {"name": name}).fetchall()[0][0])


def _together(done: Sequence[Absorbed]) -> Absorbed:
    return Absorbed(
        group_no=max(a.group_no for a in done),
        batches=sum(a.batches for a in done),
        sightings=sum(a.sightings for a in done),
        removed=sum(a.removed for a in done),
        topics=frozenset().union(*(a.topics for a in done)),
    )


@contextmanager
def _transaction(con: DuckDBPyConnection) -> Iterator[None]:
    con.begin()
    try:
        yield
        con.commit()
    except BaseException:
        con.rollback()
        raise
