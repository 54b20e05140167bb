"""Deletes posts and accounts everywhere at once and keeps them deleted, inside one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from duckdb import DuckDBPyConnection

from groundswell.post import Deletion
from groundswell.store.sql import question, step
from groundswell.text import tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """How many stored posts went, and from which topics."""

    posts: int = 0
    topics: frozenset[str] = frozenset()


def erase(con: DuckDBPyConnection, deletions: Sequence[Deletion]) -> Erased:
    """Removes what ``deletions`` name from every table, also where it was quoted, subtracts it
    from the rollups and leaves tombstones. What lies in raw files is only noted: ``rawfiles.cut``
    does it after the commit. The caller holds the transaction.
    """
    if not deletions:
        return Erased()
    con.execute(step("bury"), _lists(deletions))
    con.execute(step("add_tombstones"))
    con.execute(step("touch_buried"))
    con.execute(step("drop_buried_quarantine"))
    quotes = con.execute(question("stored_quotes")).fetchall()
    erased = remove_touched(con)
    _unquote(con, quotes)
    return erased


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
    con.execute(step("settle_pairs"))
    con.execute(step("forget_words"))
    con.execute(step("note_leftovers"))
    return Erased(posts=posts, topics=frozenset(topics))


def drop_buried(con: DuckDBPyConnection) -> list[tuple[str, str]]:
    """Keeps what has a tombstone out of the temporary table ``incoming``, also where it is quoted;
    ``(source, uri)`` of the sightings whose raw item must not be kept either."""
    buried = con.execute(step("drop_buried")).fetchall()
    quoting = con.execute(question("incoming_quotes")).fetchall()
    for sighting, _, _, quoted, own, tags in quoting:
        gone = sorted(_only_quoted(quoted, own, tags))
        con.execute(step("unquote_incoming"), {"sighting": sighting, "gone": gone})
    return [*buried, *((source, uri) for _, source, uri, *_ in quoting)]


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
