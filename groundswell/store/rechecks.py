"""Which stored posts are to be asked for again, and when that was done last."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from groundswell.errors import WrongUse
from groundswell.source import Stored
from groundswell.spool import Envelope
from groundswell.store import rawfiles
from groundswell.store.sql import question, step

PAGE_POSTS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A page of posts of ``topic`` from ``source`` that were looked at last before ``before``
    (aware), behind the place ``after`` (None: from the first)."""

    topic: str
    source: str
    before: datetime
    after: str | None = None


def check_off(con: DuckDBPyConnection, envelope: Envelope) -> None:
    """Notes that the posts of ``envelope.checked`` were asked for, whatever came of it."""
    if envelope.checked:
        asked = {"uris": list(envelope.checked), "at": envelope.written_at}
        con.execute(step("add_checks"), {"source": envelope.source} | asked)


def page(cur: DuckDBPyConnection, home: Path, asked: Asked) -> dict[str, Any]:
    """``{"posts": records, "next": place}``: at most ``PAGE_POSTS`` stored posts, those not looked
    at for longest first, hidden and withheld ones too; not those whose text expired, which asking
    again would bring back. ``stored_of`` reads a record, also after its way through JSON.
    ``next`` is None after the last. Raises ``WrongUse`` for a place that is none."""
    after_us, after_no = _place(asked.after)
    place = {
        "topic": asked.topic,
        "source": asked.source,
        "before": asked.before,
        "after_us": after_us,
        "after_no": after_no,
        "limit": PAGE_POSTS,
    }
    found = cur.execute(question("due_rechecks"), place).fetchall()
    raws = rawfiles.latest(home, asked.source, {uri: no for _, _, uri, _, _, no in found if no})
    records = [
        {
            "uri": uri,
            "instance": instance,
            "url": url,
            "raw": base64.b64encode(raws.get(uri, b"")).decode("ascii"),
        }
        for _, _, uri, instance, url, _ in found
    ]
    last = f"{found[-1][0]}.{found[-1][1]}" if len(found) == PAGE_POSTS else None
    return {"posts": records, "next": last}


def stored_of(record: Mapping[str, Any]) -> Stored:
    """The post in a record of ``page``."""
    return Stored(
        uri=record["uri"],
        instance=record["instance"],
        url=record["url"],
        raw=base64.b64decode(record["raw"]),
    )


def asked_of(said: Mapping[str, str]) -> Asked:
    """What is asked for, as it came over the wire. Raises ``WrongUse``."""
    try:
        before = datetime.fromisoformat(said["before"])
        return Asked(
            topic=said["topic"],
            source=said["source"],
            before=before if before.tzinfo else before.replace(tzinfo=UTC),
            after=said.get("after"),
        )
    except (KeyError, ValueError):
        raise WrongUse(
            "Ask with ?topic=…&source=…&before=2025-01-29T14:00Z, and &after= a place."
        ) from None


def _place(text: str | None) -> tuple[int | None, int | None]:
    if text is None:
        return None, None
    looked_us, _, post_no = text.partition(".")
    try:
        return int(looked_us), int(post_no)
    except ValueError:
        raise WrongUse(f"“{text[:50]}” is no place in a list of posts.") from None
