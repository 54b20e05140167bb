"""Keeps which targets a topic has: a stance belongs to a topic only while it asks for it."""

from collections.abc import Sequence
from datetime import datetime

from duckdb import DuckDBPyConnection

from groundswell.spool import Envelope
from groundswell.store.sql import question, step


def take_targets(con: DuckDBPyConnection, envelopes: Sequence[Envelope]) -> frozenset[str]:
    """Notes the targets that ``envelopes`` tell of their topics, and settles what stored posts say
    of them; the topics whose targets are others now. The list written last stands, in whatever
    order batches come. The caller holds the transaction and stores new posts after this."""
    latest: dict[str, tuple[datetime, tuple[str, ...]]] = {}
    for envelope in sorted(envelopes, key=lambda one: one.written_at):
        for topic, names in envelope.targets.items():
            latest[topic] = envelope.written_at, names
    if not latest:
        return frozenset()
    told = con.execute(question("told_targets"), {"topics": list(latest)}).fetchall()
    known = {topic: (told_at, tuple(names)) for topic, names, told_at in told}
    changed = set()
    for topic, (told_at, names) in latest.items():
        known_at, before = known.get(topic, (None, ()))
        if known_at is not None and known_at >= told_at:
            continue
        con.execute(step("forget_topic_targets"), {"topic": topic})
        con.execute(
            step("add_targets"),
            {"topic": topic, "names": list(names), "told_at": told_at},
        )
        if names != before:
            _settle(con, topic, before, names)
            changed.add(topic)
    return frozenset(changed)


def _settle(
    con: DuckDBPyConnection, topic: str, before: Sequence[str], names: Sequence[str]
) -> None:
    if gone := [name for name in before if name not in names]:
        con.execute(step("drop_stances"), {"topic": topic, "gone": gone})
    if added := [name for name in names if name not in before]:
        con.execute(step("settle_stances"), {"topic": topic, "added": added})
