"""Items in quarantine on their way to be read again, and what came of that."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from duckdb import DuckDBPyConnection

from groundswell.spool import Envelope
from groundswell.store.rows import records
from groundswell.store.sql import question, step

PAGE_ITEMS = 100  # a whole feed may be an item, so that a hundred are enough for one answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which waiting items: of one topic, of one source, those named by ``ids`` (None: all), from
    behind the id ``after`` on."""

    topic: str | None = None
    source: str | None = None
    ids: tuple[str, ...] | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One item that waits. ``route`` is that of the run which met it first, None when it was set
    aside by an earlier Groundswell; the rest as in ``Rejected``."""

    id: str
    source: str
    topic: str
    route: str | None
    instance: str | None
    url: str | None
    context: str | None
    raw: bytes
    seen_at: datetime


def settle(con: DuckDBPyConnection, envelope: Envelope) -> None:
    """Notes which items of ``envelope.requeued`` passed, and why the others did not."""
    if envelope.requeued:
        lists = {
            "ids": [one.id for one in envelope.requeued],
            "reasons": [one.reason for one in envelope.requeued],
        }
        con.execute(step("settle_quarantine"), lists | {"at": envelope.written_at})


def page(cur: DuckDBPyConnection, wanted: Wanted) -> dict[str, Any]:
    """``{"items": records, "next": id}``: at most ``PAGE_ITEMS`` items. ``kept_of`` reads a record,
    also after its way through JSON. ``next`` is None after the last."""
    place = {
        "topic": wanted.topic,
        "source": wanted.source,
        "ids": None if wanted.ids is None else list(wanted.ids),
        "after": wanted.after,
        "limit": PAGE_ITEMS,
    }
    rows = records(cur.execute(question("set_aside"), place))
    items = [
        row
        | {
            "raw": base64.b64encode(row["raw"]).decode("ascii"),
            "seen_at": row["seen_at"].isoformat(),
        }
        for row in rows
    ]
    return {"items": items, "next": rows[-1]["id"] if len(rows) == PAGE_ITEMS else None}


def kept_of(record: Mapping[str, Any]) -> Kept:
    """The item in a record of ``page``."""
    return Kept(
        **{
            **record,
            "raw": base64.b64decode(record["raw"]),
            "seen_at": datetime.fromisoformat(record["seen_at"]),
        }
    )


def wanted_of(said: Mapping[str, str], ids: Sequence[str]) -> Wanted:
    """What is asked for, as it came over the wire."""
    return Wanted(
        topic=said.get("topic"),
        source=said.get("source"),
        ids=tuple(ids) or None,
        after=said.get("after"),
    )
