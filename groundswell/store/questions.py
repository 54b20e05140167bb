"""What can be asked of the database: one function a question, each a named SQL file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import sqrt
from typing import Any, Literal, TypeAlias, get_args

import pandas as pd
from duckdb import DuckDBPyConnection

from groundswell.coverage import COUNTS, Coverage
from groundswell.errors import WrongUse
from groundswell.spool import Covered
from groundswell.store.filters import Filters
from groundswell.store.labels import any_labels as any_labels
from groundswell.store.labels import gold as gold
from groundswell.store.labels import gold_mark as gold_mark
from groundswell.store.labels import label_progress as label_progress
from groundswell.store.labels import label_queue as label_queue
from groundswell.store.rows import records
from groundswell.store.selection import Selection
from groundswell.store.sql import question
from groundswell.store.stance import crowds as crowds
from groundswell.store.stance import scored_by as scored_by
from groundswell.store.stance import stance_series as stance_series
from groundswell.store.stance import stance_totals as stance_totals
from groundswell.store.stance import targets as targets
from groundswell.store.stance_by_source import stance_by_source as stance_by_source
from groundswell.store.terms import over_terms
from groundswell.store.transaction import transaction

Bucket: TypeAlias = Literal["hour", "day", "week"]
Order: TypeAlias = Literal["newest", "oldest", "loudest", "most_negative", "most_positive"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Counts of posts and distinct authors, and the mean compound (-1 to 1) of the ``measured``.

    ``se_compound`` is the standard error of the mean as if posts were independent, None below two
    measured posts; ``mean_compound`` None without any. ``scored`` have a sentiment, whichever model
    gave it, ``not_scored`` none; ``measured`` have a compound, which VADER gives. ``skewed``
    claimed a time that cannot be trusted; ``withheld`` are counted without text and author.
    Times are UTC, None without posts.
    """

    posts: int
    authors: int
    scored: int
    not_scored: int
    measured: int
    negative: int
    neutral: int
    positive: int
    mean_compound: float | None
    se_compound: float | None
    skewed: int
    withheld: int
    first_at: datetime | None
    last_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiesShare:
    """``copies`` of ``posts`` are not the first of their group to say nearly the same. None, with
    ``compared_at``, when texts were never compared; that is the time (UTC) up to which they were,
    and posts stored since count as no copies."""

    posts: int
    copies: int | None
    compared_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteState:
    """What the last absorbed batch of a route left: ``cursor`` (None: start anew) and all windows
    known, in order of time."""

    cursor: str | None
    covered: tuple[Covered, ...]


def totals(cur: DuckDBPyConnection, f: Filters) -> Totals:
    """How many posts and authors, how they read, from when to when."""
    chosen = Selection(cur, f)
    said = _row(cur, *chosen.of_cells("totals"))
    last_author = _row(cur, question("last_author"), {})["last_author"]
    span = _row(cur, *chosen.of_posts("span", last_author=last_author))
    measured = said.pop("scored")
    mean, error = _mean(measured, said.pop("sum_compound"), said.pop("sum_sq_compound"))
    return Totals(
        **said,
        scored=said["posts"] - said["not_scored"],
        measured=measured,
        authors=span["authors"],
        mean_compound=mean,
        se_compound=error,
        first_at=span["first_at"] and _utc(span["first_at"]),
        last_at=span["last_at"] and _utc(span["last_at"]),
    )


def timeline(cur: DuckDBPyConnection, f: Filters, bucket: Bucket) -> pd.DataFrame:
    """``bucket_start`` (UTC), ``source, posts, scored, sum_compound, sum_sq_compound, negative,
    neutral, positive``: one row per bucket and source with posts. Weeks begin on Monday."""
    return _table(cur, *Selection(cur, f).of_cells("timeline", bucket=_known(bucket, Bucket)))


def facets(cur: DuckDBPyConnection, f: Filters) -> pd.DataFrame:
    """``facet`` (source, lang, sentiment), ``value``, ``posts``; the most frequent first."""
    return _table(cur, *Selection(cur, f).of_cells("facets"))


def count(cur: DuckDBPyConnection, f: Filters) -> int:
    """Posts in the selection."""
    return int(_row(cur, *Selection(cur, f).of_cells("count"))["posts"])


def is_open(cur: DuckDBPyConnection) -> bool:
    """Whether the database answers from its file: it holds at least one migration."""
    return bool(cur.execute(question("migrations_done"), {}).fetchall())


def passing(cur: DuckDBPyConnection, f: Filters, post_nos: Sequence[int]) -> set[int]:
    """Those of ``post_nos`` that are in the selection."""
    asked = Selection(cur, f).of_posts("passing", post_nos=list(post_nos))
    return {int(post_no) for (post_no,) in cur.execute(*asked).fetchall()}


def stances_of(cur: DuckDBPyConnection, topic: str, post_nos: Sequence[int]) -> pd.DataFrame:
    """``post_no, target, stance, confidence``: how those posts stand, a row for each target that
    they speak of, by the model in use. ``confidence`` 0 to 1, missing where nothing was read."""
    asked = {"topic": topic, "post_nos": list(post_nos)}
    return cur.execute(question("stances_of"), asked).df()


def posts(
    cur: DuckDBPyConnection, f: Filters, order: Order, limit: int, offset: int = 0
) -> pd.DataFrame:
    """One row a post: the columns of ``posts.csv`` and what else is known of it. Counts are those
    of the latest sighting, NULL where never said; ``matched`` and ``routes`` are joined by "|";
    ``copies`` posts of the topic say nearly the same, this one with them (1: no other does).
    Withheld posts are among them, without text and author."""
    page = {"order": _known(order, Order), "limit": limit, "offset": offset}
    return _table(cur, *Selection(cur, f).page("page_in_order", **page))


def loudest_once(cur: DuckDBPyConnection, f: Filters, limit: int) -> pd.DataFrame:
    """The columns of ``posts``: the loudest posts, of posts that say nearly the same the loudest
    alone."""
    return _table(cur, *Selection(cur, f).page("page_once", limit=limit))


def copies_share(cur: DuckDBPyConnection, f: Filters) -> CopiesShare:
    """How many posts of the selection say what another post of the topic had said before."""
    said = _row(cur, *Selection(cur, f).of_posts("copies_share"))
    at = said["compared_at"]
    return CopiesShare(
        posts=said["posts"],
        copies=said["copies"] if at else None,
        compared_at=at and _utc(at),
    )


def term_counts(cur: DuckDBPyConnection, f: Filters) -> pd.DataFrame:
    """``term, posts, authors`` of all terms: posts that hold it, and their distinct authors.

    Fast for a whole topic, whose sums are kept; any narrower selection is counted anew."""
    with transaction(cur):  # the sums and the mark up to which they reach must be of one state
        return _table(cur, *over_terms(cur, f, "term_counts"))


def gaps(cur: DuckDBPyConnection, f: Filters) -> pd.DataFrame:
    """``source, instance, route, start, end, status, reason``: windows inside the period that were
    not read completely, cut to it; half-open, UTC."""
    place = {
        "topic": f.topic,
        "since": f.since,
        "until": f.until,
        "sources": list(f.sources) or None,
    }
    return _table(cur, question("gaps"), place)


def coverage(cur: DuckDBPyConnection, topic: str) -> pd.DataFrame:
    """``source, instance, route, start, end, status, reason, found, dropped``: every window."""
    return _table(cur, question("coverage"), {"topic": topic})


def sources(cur: DuckDBPyConnection, topic: str | None = None) -> pd.DataFrame:
    """``topic, source, route, state, last_run_at, last_ok_at, cursor, posts, quarantined,
    message``: one row per route that ever ran. ``state`` judges the last run: ``ok``, ``partial``
    (some of it was read), ``failing`` (nothing was), ``closed`` (the site refuses). What never ran
    has no row. Times are UTC."""
    return _table(cur, question("sources"), {"topic": topic})


def still_there(cur: DuckDBPyConnection, topic: str) -> pd.DataFrame:
    """``source, collected, deleted, hidden, withheld, expired``: of all posts a source ever brought
    the topic, how many went since, there or by hand, are hidden for now, or have lost their text.
    What people take back is not what they leave: a large share is a bias of every other number."""
    return _table(cur, question("still_there"), {"topic": topic})


def quarantine(
    cur: DuckDBPyConnection, topic: str | None, limit: int, offset: int = 0
) -> pd.DataFrame:
    """Items that could not become posts, latest first; ``raw`` is hostile. None: of all topics."""
    place = {"topic": topic, "limit": limit, "offset": offset}
    return _table(cur, question("quarantine"), place)


def notices(cur: DuckDBPyConnection, topic: str | None, limit: int) -> pd.DataFrame:
    """``noticed_at, source, topic, route, kind, message``, latest first. None: of all topics."""
    return _table(cur, question("notices"), {"topic": topic, "limit": limit})


def route_state(cur: DuckDBPyConnection, topic: str, source: str, route: str) -> RouteState:
    """Where the next run of ``source`` for ``topic`` on ``route`` goes on."""
    place = {"source": source, "topic": topic, "route": route}
    stored = cur.execute(question("cursor"), place).fetchall()
    covered = [
        Covered(
            instance=instance,
            window=Coverage(
                start=_utc(start),
                end=_utc(end),
                status=status,
                reason=reason,
                **dict(zip(COUNTS, counts, strict=True)),
            ),
        )
        for instance, start, end, status, reason, *counts in cur.execute(
            question("route_coverage"), place
        ).fetchall()
    ]
    return RouteState(cursor=stored[0][0] if stored else None, covered=tuple(covered))


def _table(cur: DuckDBPyConnection, sql: str, parameters: dict[str, Any]) -> pd.DataFrame:
    return cur.execute(sql, parameters).df()


def _row(cur: DuckDBPyConnection, sql: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """The only row of an answer, by column name."""
    return records(cur.execute(sql, parameters))[0]


def _mean(scored: int, total: int, total_sq: int) -> tuple[float | None, float | None]:
    """Mean and standard error from whole sums in ten-thousandths and hundred-millionths."""
    if scored == 0:
        return None, None
    mean = total / scored
    if scored < 2:
        return mean / 1e4, None
    variance = max(0.0, (total_sq - total * mean) / (scored - 1))
    return mean / 1e4, sqrt(variance / scored) / 1e4


def _known(word: str, words: object) -> str:
    """A word that becomes part of a question must be one of the list."""
    if word not in get_args(words):
        raise WrongUse(f"{word!r} is not one of {', '.join(get_args(words))}.")
    return word


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
