"""Finds the words that set one selection of posts apart from another, in large topics too.

Posts are counted for every term, authors only for the few terms that may be told.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeAlias

import pandas as pd
from duckdb import DuckDBPyConnection

from groundswell.scoring import keywords
from groundswell.store.filters import Filters
from groundswell.store.selection import Selection
from groundswell.store.sql import question
from groundswell.store.terms import is_period_alone
from groundswell.store.transaction import transaction

AT_ONCE = 25  # terms whose authors are counted in one question; a card tells 20

Posts: TypeAlias = "pd.Series[int]"  # by number of term


def standing_out(
    cur: DuckDBPyConnection, here: Filters, baseline: Filters, *, limit: int, rest: bool = False
) -> pd.DataFrame:
    """``term, z, posts, background, authors`` of the ``limit`` terms by which ``here`` stands out
    most from ``baseline``: the first rows that ``keywords.log_odds`` gives for the ``term_counts``
    of both, without counting everybody who used any term.

    ``rest``: ``here`` is a part of ``baseline``, which is told without it.
    """
    with transaction(cur):  # all questions of one state of the database
        theirs = term_posts(cur, baseline)
        ours = term_posts(cur, here)
        told = _candidates(cur, ours, _without(theirs, ours) if rest else theirs)
        told = _with_authors(cur, here, told, limit)
    return told[keywords.RANKED].reset_index(drop=True)


def term_posts(cur: DuckDBPyConnection, f: Filters) -> Posts:
    """How many posts of the selection hold each term.

    A topic narrowed by nothing but a period is answered from sums, as far as they reach: posts not
    sealed yet, and those of days that the period cuts, are counted anew, and where only originals
    count, the others are taken off. Any other selection is counted anew.
    The caller holds a transaction: sums and the mark up to which they reach must be of one state.
    """
    asked = _by_sums(cur, f) if is_period_alone(f) else Selection(cur, f).of_posts("term_posts")
    return cur.execute(*asked).df().set_index("term_no")["posts"]


def term_authors(cur: DuckDBPyConnection, f: Filters, term_nos: list[int]) -> "pd.Series[int]":
    """How many distinct authors used each of the terms in the selection."""
    ((last_author,),) = cur.execute(question("last_author")).fetchall()
    more = {"term_nos": term_nos, "last_author": last_author}
    found = cur.execute(*Selection(cur, f).of_posts("term_authors", **more)).df()
    return found.set_index("term_no")["authors"]


def _by_sums(cur: DuckDBPyConnection, f: Filters) -> tuple[str, dict[str, Any]]:
    ((first, _),) = cur.execute(question("unsealed")).fetchall()
    parameters = {
        "topic": f.topic,
        "since": f.since,
        "until": f.until,
        "first": first,
        "first_day": f.since and _day(f.since + timedelta(days=1) - timedelta.resolution),
        "last_day": f.until and _day(f.until),
    }
    whole = f.since is None and f.until is None
    sums = "sums_of_topic" if whole else "sums_of_days"
    less = "terms_of_repeats" if f.originals else "terms_of_nothing"
    return question("term_posts_by_sums", sums=sums, less=less), parameters


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def _without(whole: Posts, part: Posts) -> Posts:
    rest = whole - part.reindex(whole.index, fill_value=0)
    return rest[rest > 0]


def _candidates(cur: DuckDBPyConnection, ours: Posts, theirs: Posts) -> pd.DataFrame:
    """``term_no, term, z, posts, background`` of terms that stand out if they have authors enough,
    the strongest first."""
    if ours.empty or theirs.empty:  # without a baseline nothing stands out
        return pd.DataFrame(columns=["term_no", *keywords.RANKED])
    totals = float(ours.sum()), float(theirs.sum())
    found = ours[ours >= keywords.LEAST_AUTHORS].to_frame("posts")  # a post has one author at most
    found["background"] = theirs.reindex(found.index, fill_value=0)
    sides = found["posts"].to_numpy(), found["background"].to_numpy()
    found["z"] = keywords.apart(*sides, totals=totals)
    found = found[found["z"] >= keywords.LEAST_Z]
    names = cur.execute(question("term_names"), {"term_nos": found.index.tolist()}).df()
    told = keywords.tellable(found.reset_index().merge(names, on="term_no"))
    return told.sort_values(["z", "term"], ascending=[False, True])


def _with_authors(
    cur: DuckDBPyConnection, f: Filters, found: pd.DataFrame, limit: int
) -> pd.DataFrame:
    """The first ``limit`` of ``found`` with authors enough; nobody counts those of the others."""
    told = [found.head(0).assign(authors=0)]
    for start in range(0, len(found), AT_ONCE):
        part = found.iloc[start : start + AT_ONCE]
        authors = part["term_no"].map(term_authors(cur, f, part["term_no"].tolist()))
        told.append(part.assign(authors=authors)[authors >= keywords.LEAST_AUTHORS])
        if sum(map(len, told)) >= limit:
            break
    return pd.concat(told).head(limit)
