"""How long texts and authors of a source are kept, and what goes when that time is over.

A post that expired still counts, at its time and as it read; only its words and its author are
gone. The time begins anew whenever the post is seen at its source: who looked again knows that it
is still there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

from duckdb import DuckDBPyConnection

from groundswell.spool import Envelope, Spool
from groundswell.store import rawfiles
from groundswell.store.erase import forget_elsewhere, retell
from groundswell.store.ledger import next_group_no
from groundswell.store.sql import question, step
from groundswell.store.transaction import transaction

EXPIRE_POSTS = 20_000  # in one transaction

Cutoffs: TypeAlias = Mapping[str, datetime]  # source: texts last seen before this (UTC) must go


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired:
    """How many posts lost their text, in which topics, and the number of the change."""

    posts: int
    topics: frozenset[str]
    group_no: int


def tell_retention(con: DuckDBPyConnection, envelope: Envelope) -> None:
    """Notes how long the batch's source lets texts be kept, where it says so."""
    if envelope.retention_s is not None:
        told = {"keep_s": envelope.retention_s, "told_at": envelope.written_at}
        con.execute(step("tell_retention"), {"source": envelope.source} | told)


def cutoffs(
    con: DuckDBPyConnection, stricter: Mapping[str, timedelta], now: datetime
) -> dict[str, datetime]:
    """From when on texts are kept, for each source that says so itself or in ``stricter``; of both
    the shorter time holds. ``now`` is UTC."""
    told = dict(con.execute(question("retentions")).fetchall())
    keep = {source: timedelta(seconds=seconds) for source, seconds in told.items()}
    for source, limit in stricter.items():
        keep[source] = min(limit, keep.get(source, limit))
    return {source: now - limit for source, limit in keep.items()}


def lists(limits: Cutoffs) -> dict[str, list[object]]:
    """The same as parallel lists, for SQL."""
    return {"sources": list(limits), "cutoffs": list(limits.values())}


def keep_to_terms(
    con: DuckDBPyConnection, home: Path, spool: Spool, stricter: Mapping[str, timedelta]
) -> Expired | None:
    """Lets go of what is kept longer than its source or ``stricter`` allows: text, author, terms,
    raw item, what others quoted of it, items in quarantine, and files of the spool that were set
    aside. At most ``EXPIRE_POSTS`` posts at a time; None when all is done."""
    now = datetime.now(UTC)
    limits = cutoffs(con, stricter, now)
    if not limits:
        return None
    spool.forget_aside(lambda envelope: _cutoff_of(envelope, limits))
    with transaction(con):
        con.execute(step("expire_quarantine"), lists(limits))
        con.execute(step("touch_expired"), lists(limits) | {"limit": EXPIRE_POSTS})
        expired = retell(con, "expire_touched")
        if expired.posts == 0:
            return None
        con.execute(step("forget_words"))
        forget_elsewhere(con)
        group_no = next_group_no(con)
    rawfiles.cut(con, home)
    return Expired(posts=expired.posts, topics=expired.topics, group_no=group_no)


def _cutoff_of(envelope: Envelope | None, limits: Cutoffs) -> datetime | None:
    """When a file must have been written to be kept; of one that does not say whose it is, the
    strictest. None: whenever."""
    return max(limits.values()) if envelope is None else limits.get(envelope.source)
