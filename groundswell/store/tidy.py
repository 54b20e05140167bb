"""Keeps the database quick in the owner's idle moments; changes no answer."""

from typing import Any

from duckdb import DuckDBPyConnection

from groundswell.store.rows import records
from groundswell.store.sql import question, step
from groundswell.store.transaction import transaction

SEAL_POSTS = 200_000  # in one transaction: more would not fit into a memory limit of 1 GB
SORT_POSTS = 100_000  # with fewer, small runs of tokens cost a search less than sorting them
COMPACT_ROWS = 20_000  # an additive table may grow by this and to twice its size


def seal(con: DuckDBPyConnection) -> int:
    """Counts the terms of posts absorbed since the last call, at most ``SEAL_POSTS`` of them, into
    the sums that ``term_counts`` and ``contrast`` read; how many post numbers that were, 0 when all
    were in. No answer changes, only how long it takes."""
    mark = _numbers(con, "unsealed")
    first, last = mark["first"], min(mark["first"] + SEAL_POSTS, mark["until"])
    if first < last:
        with transaction(con):
            con.execute(step("seal_pairs"), {"first": first, "last": last})
            con.execute(step("seal_totals"))
            con.execute(step("seal_days"), {"first": first, "last": last})
            con.execute(step("seal_until"), {"until": last})
    return int(last - first)


def tidy(con: DuckDBPyConnection) -> list[str]:
    """Compacts and sorts what has grown enough since the last time; what was done. Like ``seal``,
    it changes no answer."""
    size = _numbers(con, "untidy")
    due = [
        f"compact_{table}"
        for table in ("rollup_hour", "term_totals", "term_days", "sightings")
        if size[table] > 2 * size[f"{table}_then"] + COMPACT_ROWS
    ]
    if size["post"] - size["sorted"] >= SORT_POSTS:
        due.append("sort_tokens")
    for name in due:
        with transaction(con):
            con.execute(step(name))
    return due


def sweep_marks(con: DuckDBPyConnection) -> bool:
    """Forgets tombstones and marks that were only kept against sources that lag behind; whether
    there were any."""
    due = bool(con.execute(question("due_to_sweep")).fetchall())
    if due:
        with transaction(con):
            con.execute(step("sweep_marks"))
    return due


def _numbers(con: DuckDBPyConnection, name: str) -> dict[str, Any]:
    return records(con.execute(question(name)))[0]
