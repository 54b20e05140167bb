"""Keeps and tells the narratives about a target: the same argument made by several posts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias

import pandas as pd
from duckdb import DuckDBPyConnection

from groundswell.narrated import ToldNarrative
from groundswell.spool import Envelope
from groundswell.store.filters import Filters
from groundswell.store.intake import reading_file
from groundswell.store.rows import records
from groundswell.store.selection import Selection
from groundswell.store.sql import question, step

Side: TypeAlias = Literal["against", "favor"]
Bucket: TypeAlias = Literal["hour", "day", "week"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NarratingState:
    """Whether the narratives about a target are told. ``stated`` posts take a side towards it;
    their fingerprint ``now``, and ``read``: that of the last reading, None if there was none."""

    stated: int
    now: str | None
    read: str | None

    @property
    def due(self) -> bool:
        """Whether reading could say anything new."""
        return self.now != self.read


def state(cur: DuckDBPyConnection, topic: str, target: str, version: str) -> NarratingState:
    """How the last reading for narratives, by any model, compares to the posts now and to the
    model ``version``."""
    asked = {"topic": topic, "target": target, "version": version}
    stated, now, read = cur.execute(question("narrating_state"), asked).fetchall()[0]
    return NarratingState(stated=stated, now=now, read=read)


def material(cur: DuckDBPyConnection, topic: str, target: str, limit: int) -> dict[str, Any]:
    """``{"posts": records, "known": records}``: the newest ``limit`` posts that take a side towards
    ``target`` with their texts (``source, uri, seen_at, text, author_no, posted_at, stance,
    group_no``; times UTC), and the narratives of the last reading (``narrative, side, terms,
    keys``)."""
    asked = {"topic": topic, "target": target}
    posts = records(cur.execute(question("posts_taking_sides"), asked | {"limit": limit}))
    known = records(cur.execute(question("narratives_known"), asked))
    return {"posts": posts, "known": known}


def take_narratives(con: DuckDBPyConnection, envelope: Envelope, path: Path) -> None:
    """Puts the narratives of a batch in the place of those its target had; nothing, when those were
    read later. The caller holds the transaction. Raises ``FileUnreadable`` before anything
    changed."""
    narrated = envelope.narrated
    if narrated is None:
        return
    place = {"topic": envelope.topic, "target": narrated.target}
    later = con.execute(question("narrated_since"), place | {"read_at": envelope.written_at})
    if later.fetchall():
        return
    with reading_file():
        con.execute(step("told_narrative_posts"), {"files": [str(path)]})
    told = place | _lists(narrated.narratives) | {"read_at": envelope.written_at}
    con.execute(step("told_narratives"), told)
    for name in (
        *("drop_narrative_posts", "drop_narratives", "drop_narratings"),
        *("add_narrative_posts", "add_narratives"),
    ):
        con.execute(step(name), place)
    con.execute(
        step("add_narrating"),
        place
        | {
            "read_at": envelope.written_at,
            "posts": narrated.posts,
            "stated": narrated.stated,
            "version": narrated.version,
            "fingerprint": narrated.fingerprint,
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrating:
    """The last reading for narratives: ``posts`` of ``stated`` that took a side were read, up to
    ``read_at`` (UTC), by the model ``version``, "words" where only words were compared."""

    posts: int
    stated: int
    read_at: datetime
    version: str


def narrating(cur: DuckDBPyConnection, topic: str, target: str) -> Narrating | None:
    """When and over what the narratives about ``target`` were read; None: never."""
    rows = records(cur.execute(question("narrating"), {"topic": topic, "target": target}))
    return Narrating(**rows[0]) if rows else None


def narratives(cur: DuckDBPyConnection, f: Filters, target: str) -> pd.DataFrame:
    """One row a narrative about ``target`` with posts in ``f``, the largest of each side first:
    ``narrative, side, terms, posts, authors, side_posts`` (all of that side in ``f``, in a
    narrative or not), ``first_at, last_at`` (UTC), ``recent, before`` (posts of the last
    ``period_h`` hours up to the last post about the target, and of as many before), ``typical``
    (the text nearest to its middle), ``counter, nearness, merged, split_from, found_at``. What
    was copied is counted as often as it was posted."""
    sql, parameters = Selection(cur, f).of_spoken("narratives", target)
    return cur.execute(sql, parameters).df()


def named(cur: DuckDBPyConnection, topic: str) -> pd.DataFrame:
    """``target, narrative, side, terms, typical``: one row a narrative of the topic, the largest of
    each side first, with the text nearest to its middle. No two have one id, whatever their
    target."""
    return cur.execute(question("narratives_named"), {"topic": topic}).df()


def narrative_posts(
    cur: DuckDBPyConnection, f: Filters, target: str, narrative: str, limit: int, offset: int = 0
) -> pd.DataFrame:
    """The columns of ``questions.posts``: those of one narrative, the most typical first, copies of
    what came before last."""
    chosen = Selection(cur, replace(f, target=target))
    page = {"narrative": narrative, "limit": limit, "offset": offset}
    return cur.execute(*chosen.page("page_of_narrative", **page)).df()


def typical_posts(
    cur: DuckDBPyConnection, f: Filters, target: str, ids: Sequence[str], each: int
) -> pd.DataFrame:
    """``narrative`` and the columns of ``questions.posts``: the ``each`` posts nearest to the
    middle of each narrative of ``ids``, the nearest first; no two that say nearly the same."""
    asked = {"narratives": list(ids), "each": each}
    sql, parameters = Selection(cur, f).of_spoken("narratives_typical", target, **asked)
    of = {no: name for name, no in cur.execute(sql, parameters).fetchall()}
    table = cur.execute(*Selection(cur, f).page("page_of_numbers", post_nos=list(of))).df()
    table.insert(0, "narrative", table["post_no"].map(of))
    return table


def narrative_series(
    cur: DuckDBPyConnection, f: Filters, target: str, bucket: Bucket
) -> pd.DataFrame:
    """``narrative, bucket_start`` (UTC), ``posts, authors``: one row per narrative and bucket with
    posts. Weeks begin on Monday."""
    sql, parameters = Selection(cur, f).of_spoken("narrative_series", target, bucket=bucket)
    return cur.execute(sql, parameters).df()


def _lists(told: Sequence[ToldNarrative]) -> dict[str, list[Any]]:
    return {
        "ids": [one.id for one in told],
        "sides": [one.side for one in told],
        "terms": [list(one.terms) for one in told],
        "counters": [one.counter for one in told],
        "nearnesses": [one.nearness for one in told],
        "merged": [list(one.merged) for one in told],
        "split_from": [one.split_from for one in told],
    }
