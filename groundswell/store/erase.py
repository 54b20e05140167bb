"""Deletes posts and accounts everywhere at once and keeps them deleted, inside one transaction."""

from collections.abc import Sequence

from duckdb import DuckDBPyConnection

from groundswell.post import Deletion
from groundswell.store.sql import step


def erase(con: DuckDBPyConnection, deletions: Sequence[Deletion]) -> int:
    """Removes what ``deletions`` name from every table, subtracts it from the rollups and leaves
    tombstones; how many stored posts went. Raw files are only noted: ``rawfiles.cut`` does them
    after the commit. The caller holds the transaction.
    """
    if not deletions:
        return 0
    con.execute(step("bury"), _lists(deletions))
    con.execute(step("add_tombstones"))
    con.execute(step("touch_buried"))
    return remove_touched(con)


def remove_touched(con: DuckDBPyConnection) -> int:
    """Removes the posts of the temporary table ``touched``; how many."""
    con.execute(step("uncount_touched"))
    con.execute(step("uncount_touched_terms"))
    con.execute(step("remove_touched"))
    return int(con.execute("SELECT count(*) FROM touched").fetchall()[0][0])


def _lists(deletions: Sequence[Deletion]) -> dict[str, list[object]]:
    return {
        "sources": [d.source for d in deletions],
        "uris": [d.uri for d in deletions],
        "author_ids": [d.author_id for d in deletions],
        "reasons": [d.reason for d in deletions],
        "seen_ats": [d.seen_at for d in deletions],
    }
