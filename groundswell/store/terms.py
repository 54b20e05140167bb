"""Chooses the cheapest exact way to count the terms of a selection of posts."""

from typing import Any

from duckdb import DuckDBPyConnection

from groundswell.store.filters import Filters
from groundswell.store.selection import Selection
from groundswell.store.sql import question


def over_terms(
    cur: DuckDBPyConnection, f: Filters, name: str, **more: Any
) -> tuple[str, dict[str, Any]]:
    """``queries/<name>.sql`` over ``term, posts, authors`` of the selection, and its parameters.

    A whole topic is answered from the sums that ``tidy.seal`` keeps, and posts absorbed since then
    are counted on top; a narrower selection is counted anew. The caller holds a transaction: the
    sums and the mark up to which they reach must be of one state.
    """
    if not _is_whole_topic(cur, f):
        selection = Selection(cur, f)
        return selection.of_posts(name, terms="terms_of_chosen", **more)
    first, until = cur.execute(question("unsealed")).fetchall()[0]
    if first == until:
        return question(name, terms="terms_sealed"), {"topic": f.topic} | more
    return question(name, terms="terms_of_topic"), {"topic": f.topic, "first": first} | more


def is_period_alone(f: Filters) -> bool:
    """Whether nothing but a period, or nothing at all, narrows the topic or its originals."""
    of_some = f.sources or f.langs or f.sentiments or f.keyword or f.target
    return not (of_some or f.narrative or f.author)


def _is_whole_topic(cur: DuckDBPyConnection, f: Filters) -> bool:
    if f.originals or not is_period_alone(f):
        return False
    place = {"topic": f.topic, "since": f.since, "until": f.until}
    return bool(cur.execute(question("whole_topic"), place).fetchall()[0][0])
