"""Keeps the books of a batch: coverage, cursor, quarantine, notices, and that it was absorbed."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

from duckdb import DuckDBPyConnection

from groundswell.coverage import COUNTS, Coverage, merge
from groundswell.post import Rejected
from groundswell.spool import Covered, Envelope
from groundswell.store.sql import question, step

Route: TypeAlias = tuple[str, str, str]  # source, topic, route


def next_group_no(con: DuckDBPyConnection) -> int:
    """Takes the number of a change that readers should notice."""
    return int(con.execute(step("next_number"), {"name": "group"}).fetchall()[0][0])


def enter(
    con: DuckDBPyConnection, envelope: Envelope, *, group_no: int, posts: int, now: datetime
) -> None:
    """Books one batch: all but its posts. ``posts`` are the sightings in its file."""
    _cover(con, envelope)
    _move_cursor(con, envelope, now)
    _quarantine(con, envelope)
    trouble = _trouble(envelope.coverage)
    con.execute(
        step("add_batch"),
        {
            "batch_id": envelope.batch_id,
            "group_no": group_no,
            "source": envelope.source,
            "topic": envelope.topic,
            "route": envelope.route,
            "run_id": envelope.run_id,
            "seq": envelope.seq,
            "written_at": envelope.written_at,
            "absorbed_at": now,
            "cursor_from": envelope.cursor_from,
            "cursor_to": envelope.cursor_to,
            "pages": envelope.pages,
            "posts": posts,
            "dropped": envelope.dropped,
            "rejected": len(envelope.rejected),
            "complete": any(c.window.status == "complete" for c in envelope.coverage),
            "trouble_status": trouble.status if trouble else None,
            "trouble": (trouble.reason or trouble.status) if trouble else None,
        },
    )


def notice(
    con: DuckDBPyConnection, kind: str, message: str, *, at: datetime, route: Route | None = None
) -> None:
    """Records a sentence for people under a stable ``kind``; shown in status."""
    source, topic, name = route or (None, None, None)
    con.execute(
        step("add_notice"),
        {
            "at": at,
            "source": source,
            "topic": topic,
            "route": name,
            "kind": kind,
            "message": message,
        },
    )


def _cover(con: DuckDBPyConnection, envelope: Envelope) -> None:
    by_instance: dict[str | None, list[Coverage]] = defaultdict(list)
    for covered in envelope.coverage:
        by_instance[covered.instance].append(covered.window)
    for instance, new in by_instance.items():
        _cover_one(con, envelope, instance, new)


def _cover_one(
    con: DuckDBPyConnection, envelope: Envelope, instance: str | None, new: Sequence[Coverage]
) -> None:
    """Merges with the windows that touch the new ones only: the rest cannot change."""
    place = {
        "source": envelope.source,
        "topic": envelope.topic,
        "route": envelope.route,
        "instance": instance,
    }
    touched = place | {"first": min(w.start for w in new), "last": max(w.end for w in new)}
    near = [
        Coverage(
            start=s, end=e, status=status, reason=reason, **dict(zip(COUNTS, counts, strict=True))
        )
        for s, e, status, reason, *counts in con.execute(step("take_coverage"), touched).fetchall()
    ]
    merged = merge(near, new)
    if merged:
        con.execute(step("add_coverage"), place | _columns(merged))


def _columns(windows: Sequence[Coverage]) -> dict[str, list[object]]:
    return {
        "starts": [w.start for w in windows],
        "ends": [w.end for w in windows],
        "statuses": [w.status for w in windows],
        "reasons": [w.reason for w in windows],
        **{name: [getattr(w, name) for w in windows] for name in COUNTS},
    }


def _move_cursor(con: DuckDBPyConnection, envelope: Envelope, now: datetime) -> None:
    """The cursor moves only from where this batch began; otherwise the posts are kept, the cursor
    stays, and the next run reads again from there."""
    route = (envelope.source, envelope.topic, envelope.route)
    place = dict(zip(("source", "topic", "route"), route, strict=True))
    stored = con.execute(question("cursor"), place).fetchall()
    standing = stored[0][0] if stored else None
    if envelope.cursor_to in (standing, envelope.cursor_from):
        return
    if envelope.cursor_from != standing:
        notice(con, "cursor_mismatch", _mismatch(envelope, standing), at=now, route=route)
        return
    con.execute(step("drop_cursor"), place)
    moved = {"cursor": envelope.cursor_to, "batch_id": envelope.batch_id, "moved_at": now}
    con.execute(step("add_cursor"), place | moved)


def _mismatch(envelope: Envelope, standing: str | None) -> str:
    return (
        f"A batch of {envelope.source} for {envelope.topic} began at {envelope.cursor_from!r}, but "
        f"the stored place is {standing!r}. Its posts are stored and the place was not moved: "
        "the next run reads again from there. Nothing is lost."
    )


def _quarantine(con: DuckDBPyConnection, envelope: Envelope) -> None:
    for item in envelope.rejected:
        con.execute(step("add_quarantine"), _rejected(envelope, item))


def _rejected(envelope: Envelope, item: Rejected) -> dict[str, object]:
    identity = b"\x1f".join([item.source.encode(), envelope.topic.encode(), item.raw])
    return {
        "id": hashlib.sha256(identity).hexdigest()[:32],
        "source": item.source,
        "topic": envelope.topic,
        "run_id": envelope.run_id,
        "stage": item.stage,
        "reason": item.reason,
        "field_name": item.field_name,
        "url": item.url,
        "place": item.place,
        "raw": item.raw,
        "seen_at": item.seen_at,
        "route": envelope.route,
        "instance": item.instance,
        "context": item.context,
    }


def _trouble(coverage: Sequence[Covered]) -> Coverage | None:
    """The last window that was not read completely, None when there is none."""
    return next((c.window for c in reversed(coverage) if c.window.status != "complete"), None)
