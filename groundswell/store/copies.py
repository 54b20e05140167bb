"""Keeps which posts of a topic say nearly the same, as a batch of that kind tells it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from duckdb import DuckDBPyConnection

from groundswell.spool import Envelope
from groundswell.store.intake import reading_file
from groundswell.store.sql import question, step


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupingState:
    """Whether the copies of a topic are grouped. ``posts`` of the topic; its fingerprint ``now``
    and when it was ``grouped``: another one means that posts came, went or changed since.
    ``grouped_at``: when texts were read for it, UTC; None: never."""

    posts: int
    now: str | None
    grouped: str | None
    grouped_at: datetime | None

    @property
    def due(self) -> bool:
        """Whether grouping could say anything new."""
        return self.now != self.grouped


def state(cur: DuckDBPyConnection, topic: str) -> GroupingState:
    """How the last grouping of ``topic`` compares to its posts now."""
    answer = cur.execute(question("grouping_state"), {"topic": topic})
    posts, now, grouped, grouped_at = answer.fetchall()[0]
    at = grouped_at and grouped_at.astimezone(UTC)
    return GroupingState(posts=posts, now=now, grouped=grouped, grouped_at=at)


def take_copies(con: DuckDBPyConnection, envelope: Envelope, path: Path) -> None:
    """Puts the groups of a batch in the place of those its topic had; nothing, when those were read
    later. The caller holds the transaction. Raises ``FileUnreadable`` before anything changed."""
    compared = envelope.compared
    if compared is None:  # asked first: looking at the topic's posts costs every other batch 50 ms
        return
    stored = state(con, envelope.topic)
    if stored.grouped_at and stored.grouped_at >= envelope.written_at:
        return
    with reading_file():
        con.execute(step("told_copies"), {"files": [str(path)]})
    topic = {"topic": envelope.topic}
    con.execute(step("forget_topic_copies"), topic)
    con.execute(step("forget_topic_groupings"), topic)
    con.execute(step("add_copies"), topic)
    looked_at = {"posts": compared.posts, "fingerprint": compared.fingerprint}
    con.execute(step("add_grouping"), topic | looked_at | {"read_at": envelope.written_at})
