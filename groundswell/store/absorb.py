"""Takes waiting batches into the database: posts, coverage and cursor in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from duckdb import DuckDBPyConnection

from groundswell.errors import BatchUnreadable
from groundswell.spool import Envelope, Spool, read_envelope
from groundswell.store import rawfiles
from groundswell.store.copies import take_copies
from groundswell.store.database import FILE_NAME
from groundswell.store.erase import erase
from groundswell.store.hide import hide
from groundswell.store.intake import FileUnreadable, take_posts
from groundswell.store.ledger import enter, next_group_no, notice
from groundswell.store.narratives import take_narratives
from groundswell.store.quarantine import settle
from groundswell.store.rechecks import check_off
from groundswell.store.retention import cutoffs, tell_retention
from groundswell.store.sql import question
from groundswell.store.targets import take_targets
from groundswell.store.transaction import transaction
from groundswell.store.trouble import database_errors, home_errors

GROUP_BATCHES = 64  # one transaction costs about 70 ms however small it is: small batches share one
GROUP_POSTS = 50_000
NO_LIMITS: Mapping[str, timedelta] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Absorbed:
    """What one transaction took in. ``sightings`` counts rows of the files, known posts too;
    ``removed`` stored posts that deletions took away; ``topics`` are all that changed."""

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


def absorb(
    con: DuckDBPyConnection,
    home: Path,
    spool: Spool,
    keep: Mapping[str, timedelta] = NO_LIMITS,
) -> Absorbed | None:
    """Absorbs the next group of waiting batches and removes their files; None when none waits.

    A batch absorbed before changes nothing. An unreadable file is set aside with a notice, the
    others go on. Text that waited longer than its source or ``keep`` (by source) allows stays
    outside. Raises ``HomeFull``, ``HomeError``, ``StoreError``: then the transaction was
    rolled back and the files still wait.
    """
    with home_errors(home), database_errors(home / FILE_NAME):
        while paths := spool.waiting()[:GROUP_BATCHES]:
            group = _next_group(con, spool, paths)
            if group and (absorbed := _absorb_readable(con, home, spool, group, keep)):
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
    con: DuckDBPyConnection,
    home: Path,
    spool: Spool,
    group: Sequence[_Waiting],
    keep: Mapping[str, timedelta],
) -> Absorbed | None:
    """Absorbs the group, or, when one file of it cannot be read, what of it can."""
    try:
        return _absorb_group(con, home, group, keep)
    except FileUnreadable as error:
        if len(group) == 1:
            _set_aside(con, spool, group[0].path, str(error))
            return None
    done = [a for one in group if (a := _absorb_readable(con, home, spool, [one], keep))]
    return _together(done) if done else None


def _absorb_group(
    con: DuckDBPyConnection, home: Path, group: Sequence[_Waiting], keep: Mapping[str, timedelta]
) -> Absorbed:
    now = datetime.now(UTC)
    envelopes = [waiting.envelope for waiting in group]
    paths = [waiting.path for waiting in group if waiting.posts]
    topics: set[str] = set()
    with transaction(con):
        group_no = next_group_no(con)
        for envelope in envelopes:
            tell_retention(con, envelope)
        settled = take_targets(con, envelopes)
        erased = erase(con, [d for envelope in envelopes for d in envelope.deletions])
        if paths:
            limits = cutoffs(con, keep, now)
            topics = take_posts(con, home, paths, group_no=group_no, now=now, cutoffs=limits)
        turned = hide(con, envelopes, any_posts=bool(paths), now=now)
        for waiting in group:
            take_copies(con, waiting.envelope, waiting.path)
            take_narratives(con, waiting.envelope, waiting.path)
            check_off(con, waiting.envelope)
            settle(con, waiting.envelope)
            enter(con, waiting.envelope, group_no=group_no, posts=waiting.posts, now=now)
    for waiting in group:
        waiting.path.unlink(missing_ok=True)
    rawfiles.cut(con, home)
    return Absorbed(
        group_no=group_no,
        batches=len(group),
        sightings=sum(waiting.posts for waiting in group),
        removed=erased.posts,
        topics=frozenset({e.topic for e in envelopes} | topics | erased.topics | turned | settled),
    )


def _look_at(path: Path) -> _Waiting:
    envelope = read_envelope(path)
    try:
        rows = pq.read_metadata(path).num_rows
    except (OSError, pa.ArrowException) as error:
        raise BatchUnreadable(f"{path.name} is not a batch: {error}") from error
    other_kind = envelope.compared or envelope.narrated
    return _Waiting(path=path, envelope=envelope, posts=0 if other_kind else rows)


def _set_aside(con: DuckDBPyConnection, spool: Spool, path: Path, reason: str) -> None:
    moved = spool.set_aside(path, reason)
    message = f"{path.name} cannot be read and was moved to {moved.parent}: {reason}"
    with transaction(con):
        notice(con, "batch_unreadable", message, at=datetime.now(UTC))


def _known_batches(con: DuckDBPyConnection, ids: Sequence[str]) -> set[str]:
    rows = con.execute(question("batches_known"), {"ids": list(ids)}).fetchall()
    return {batch_id for (batch_id,) in rows}


def _together(done: Sequence[Absorbed]) -> Absorbed:
    return Absorbed(
        group_no=max(a.group_no for a in done),
        batches=sum(a.batches for a in done),
        sightings=sum(a.sightings for a in done),
        removed=sum(a.removed for a in done),
        topics=frozenset().union(*(a.topics for a in done)),
    )
