"""Deletes posts and accounts everywhere at once and keeps them deleted, inside one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

from duckdb import DuckDBPyConnection

from groundswell.post import Deletion
from groundswell.store.sql import question, step
from groundswell.text import tokens

Sighting: TypeAlias = tuple[str, str, datetime]  # source, uri, first_seen_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """How many stored posts went, and from which topics."""

    posts: int = 0
    topics: frozenset[str] = frozenset()


def erase(con: DuckDBPyConnection, deletions: Sequence[Deletion], *, final: bool = False) -> Erased:
    """Removes what ``deletions`` name from every table, also where it was quoted, subtracts it
    from the rollups and leaves tombstones. What lies in raw files is only noted: ``rawfiles.cut``
    does it after the commit. The caller holds the transaction.

    A post that its site announced after its deletion stays, and what came before goes; not so with
    ``final``, nor when its account goes. Of what was never stored a tombstone without a name is
    kept for a time, with ``final`` a lasting one.
    """
    if not deletions:
        return Erased()
    con.execute(step("bury"), _lists(deletions) | {"final": final, "now": datetime.now(UTC)})
    return erase_buried(con)


def erase_buried(con: DuckDBPyConnection) -> Erased:
    """As ``erase``, of what the temporary table ``buried`` names."""
    con.execute(step("touch_buried"))
    con.execute(step("add_tombstones"))
    con.execute(step("drop_buried_quarantine"))
    quotes = con.execute(question("stored_quotes")).fetchall()
    erased = remove_touched(con)
    con.execute(step("touch_outlived"))
    retell(con, "drop_ended")
    _unquote(con, quotes)
    return erased


def retell(con: DuckDBPyConnection, change: str) -> Erased:
    """Takes the posts of the temporary table ``touched`` out of all sums, lets the step ``change``
    do its work, which drops their narrow rows, and counts them again as they are then.
    """
    topics = {topic for (topic,) in con.execute(question("touched_topics")).fetchall()}
    posts = int(con.execute(question("touched_count")).fetchall()[0][0])
    if posts == 0:
        return Erased()
    for name in (
        *("uncount_touched", "retell_touched", "lost_pairs", "shaken", change, "want_touched"),
        *("fresh_facts", "add_facts", "add_stances", "settle_groups", "settle_narratives"),
        *("settle_pairs", "note_leftovers"),
    ):
        con.execute(step(name))
    return Erased(posts=posts, topics=frozenset(topics))


def forget_elsewhere(con: DuckDBPyConnection) -> None:
    """Takes what others quoted of the posts of the temporary table ``touched`` out of theirs, and
    items that name them out of quarantine: for texts that go while their posts stay."""
    con.execute(step("bury_nothing"))
    con.execute(step("drop_buried_quarantine"))
    _unquote(con, con.execute(question("stored_quotes")).fetchall())


def remove_touched(con: DuckDBPyConnection) -> Erased:
    """Removes the posts of the temporary table ``touched`` from every table."""
    topics = {topic for (topic,) in con.execute(question("touched_topics")).fetchall()}
    posts = int(con.execute(question("touched_count")).fetchall()[0][0])
    if posts == 0:
        return Erased()
    con.execute(step("uncount_touched"))
    con.execute(step("retell_touched"))
    con.execute(step("lost_pairs"))
    con.execute(step("shaken"))
    con.execute(step("remove_touched"))
    con.execute(step("settle_groups"))
    con.execute(step("settle_narratives"))
    con.execute(step("settle_pairs"))
    con.execute(step("forget_words"))
    con.execute(step("note_leftovers"))
    return Erased(posts=posts, topics=frozenset(topics))


def drop_buried(con: DuckDBPyConnection) -> list[Sighting]:
    """Keeps what has a tombstone out of the temporary table ``incoming``, also where it is quoted;
    the sightings whose raw item must not be kept either."""
    buried = con.execute(step("drop_buried")).fetchall()
    quoting = con.execute(question("incoming_quotes")).fetchall()
    for sighting, _, _, _, quoted, own, tags in quoting:
        gone = sorted(_only_quoted(quoted, own, tags))
        con.execute(step("unquote_incoming"), {"sighting": sighting, "gone": gone})
    return [*buried, *((source, uri, seen_at) for _, source, uri, seen_at, *_ in quoting)]


def _unquote(con: DuckDBPyConnection, quotes: Sequence[tuple[Any, ...]]) -> None:
    pairs = [
        (post_no, term)
        for post_no, _, _, quoted, own, tags in quotes
        for term in (*_only_quoted(quoted, own, tags), None)  # None: the post itself, term or not
    ]
    if not pairs:
        return
    post_nos, terms = zip(*pairs, strict=True)
    con.execute(step("unquote"), {"post_nos": list(post_nos), "terms": list(terms)})
    for name in (
        "touch_unquoted",
        "retell_touched",
        "lost_pairs",
        "drop_unquoted",
        "settle_pairs",
        "forget_words",
    ):
        con.execute(step(name))


def _only_quoted(quoted: str, own: str, tags: Sequence[str]) -> set[str]:
    """Terms a post has from what it quotes alone."""
    return set(tokens(quoted)) - set(tokens(own)) - {f"#{tag.lower()}" for tag in tags}


def _lists(deletions: Sequence[Deletion]) -> dict[str, list[object]]:
    return {
        "sources": [d.source for d in deletions],
        "uris": [d.uri for d in deletions],
        "author_ids": [d.author_id for d in deletions],
        "reasons": [d.reason for d in deletions],
        "seen_ats": [d.seen_at for d in deletions],
    }
