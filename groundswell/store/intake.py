"""Puts the posts of batch files into the tables, step by step, inside one transaction."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

from groundswell.store import rawfiles
from groundswell.store.erase import drop_buried, forget_elsewhere
from groundswell.store.ledger import notice
from groundswell.store.retention import Cutoffs, lists
from groundswell.store.sql import question, step

# What comes in, told apart from what is known.
_LOOK = (
    "number_posts",
    "add_authors",
    "number_authors",
    "fresh_matches",
    "fresh_scores",
    "add_models",
    "retold",
    "touched",
)
# What stored posts counted for before, taken out again; only when some of them came once more.
_UNDO = (
    "uncount_touched",
    "hide_raw",
    "shaken",
    "drop_replaced",
    "date_earlier",
    "renew_language",
    "find_again",
)
_STORE = (
    "add_announcements",
    "add_posts",
    "add_matches_and_scores",
    "met_terms",
    "add_tokens",
    "number_terms",
    "fresh_engagement",
    "add_engagement",
    "wanted",
    "fresh_facts",
    "add_facts",
    "add_stances",
)


class FileUnreadable(Exception):
    """One of the batch files cannot be read to its end; the transaction must be rolled back."""


def take_posts(
    con: DuckDBPyConnection,
    home: Path,
    paths: Sequence[Path],
    *,
    group_no: int,
    now: datetime,
    cutoffs: Cutoffs,
) -> set[str]:
    """Stores all sightings of ``paths``, and their raw items as file ``group_no``; the topics they
    changed. Of sightings before the cutoff of their source no text is kept. The caller holds the
    transaction. Leaves the temporary table ``met``. Raises ``FileUnreadable`` before anything was
    stored."""
    with reading_file():
        files = {"files": [str(path) for path in paths]}
        con.execute(step("incoming"), files | lists(cutoffs))
    _report_withheld_text(con, now)
    left_out = drop_buried(con)
    with ThreadPoolExecutor(max_workers=1) as pool:  # DuckDB leaves the second core idle here
        raw = pool.submit(rawfiles.write, home, group_no, paths, left_out, cutoffs)
        _store(con, now)
    if (file := raw.result()) is not None:
        rawfiles.register(con, file)
    topics = {topic for (topic,) in con.execute(question("arriving_topics")).fetchall()}
    con.execute(step("drop_incoming"))
    return topics


def _store(con: DuckDBPyConnection, now: datetime) -> None:
    con.execute(step("known"))
    con.execute(step("drop_unmatched"))
    any_known = _any(con, "any_known")
    for name in ("arriving", *_LOOK):
        con.execute(step(name))
    if any_known:
        con.execute(step("add_edits"), {"now": now})
        if any_retold := _any(con, "any_retold"):
            con.execute(step("lost_pairs"))
        for name in _UNDO:
            con.execute(step(name))
    for name in _STORE:
        con.execute(step(name))
    if any_known:
        con.execute(step("renew_loudness"))
        if any_retold:
            con.execute(step("settle_pairs"))
        con.execute(step("settle_groups"))
        con.execute(step("settle_narratives"))
        if _any(con, "any_changed"):
            con.execute(step("forget_words"))
            con.execute(step("note_leftovers"))
            con.execute(step("touch_withheld_now"))
            forget_elsewhere(con)
    con.execute(step("met"))


def _any(con: DuckDBPyConnection, name: str) -> bool:
    return bool(con.execute(question(name)).fetchall())


@contextmanager
def reading_file() -> Iterator[None]:
    """Raises ``FileUnreadable`` when the rows of a batch file cannot be read inside."""
    try:
        yield
    except (duckdb.OutOfMemoryException, duckdb.FatalException):
        raise
    except duckdb.Error as error:
        raise FileUnreadable(f"Its rows cannot be read: {error}") from error


def _report_withheld_text(con: DuckDBPyConnection, now: datetime) -> None:
    """Nothing of it is kept; but a collector that hands it over has to be mended."""
    for batch_id, count in con.execute(question("withheld_with_text")).fetchall():
        message = f"Batch {batch_id} held text or author of {count} withheld posts; not stored."
        notice(con, "withheld_text", message, at=now)
