"""What can be asked about accounts: who posts most, how unevenly, who says one thing many times."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from duckdb import DuckDBPyConnection
from numpy.typing import NDArray

from groundswell.store.filters import Filters
from groundswell.store.rows import records
from groundswell.store.selection import Selection, account_no
from groundswell.store.sql import question

REPEATS = 3  # one thing said so often by one account is a habit; as in questions.crowds
_NAMES = ("account", "source", "author", "author_name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Concentration:
    """How unevenly the ``posts`` of known ``accounts`` are spread; ``unknown`` posts more have no
    known account and are left out.

    ``top`` are the 1 % and 10 % of accounts that posted most, at least one, as pairs of accounts
    and their posts; of equal ones the first met. ``effective``: how many accounts that all posted
    alike would be as concentrated, 1 over the sum of squared shares, 1 to ``accounts``; None
    without posts."""

    posts: int
    unknown: int
    accounts: int
    top_1: tuple[int, int]
    top_10: tuple[int, int]
    effective: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Voices:
    """``concentration`` of a selection, and its loudest accounts: ``table`` has ``place`` (1: most
    posts), ``account`` (its id, for ``Filters.author``), ``source, author, author_name, posts,
    against, none, favor, not_scored, silent, engagement`` (missing: never told), ``first_at,
    last_at`` (UTC). Who is not to be named has a place and no row: there are ``unnamed`` such."""

    concentration: Concentration
    table: pd.DataFrame
    unnamed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeaters:
    """Accounts that said nearly the same at least ``REPEATS`` times: ``table`` has ``account,
    source, author, author_name, times`` (of what it said most), ``texts`` (said so often),
    ``posts`` (all of the selection), ``text``, which is hostile. ``accounts`` counts all there are,
    ``unnamed`` those of the first ``limit`` who are not to be named. ``compared``: whether texts of
    the topic were ever compared."""

    accounts: int
    unnamed: int
    table: pd.DataFrame
    compared: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What an account is called; None where nothing says. Strangers' words."""

    source: str
    author: str | None
    author_name: str | None


def voices(cur: DuckDBPyConnection, f: Filters, target: str | None, limit: int) -> Voices:
    """How unevenly the selection is spread over accounts, and the ``limit`` that posted most. How
    they stand is towards ``target``; None: all their posts are ``silent``."""
    counts = _counts(cur, f)
    loudest = _loudest(counts, limit)
    said = cur.execute(
        *Selection(cur, f).of_posts("voices", author_nos=loudest, target=target)
    ).df()
    table = _named(cur, loudest).merge(said, on="author_no", how="inner")
    named = table[table["account"].notna()]
    return Voices(
        concentration=_concentration(counts),
        table=named.drop(columns=["author_no", "unnamed"]).reset_index(drop=True),
        unnamed=int(table["unnamed"].sum()),
    )


def repeaters(cur: DuckDBPyConnection, f: Filters, limit: int) -> Repeaters:
    """Who posted one thing at least ``REPEATS`` times in the selection; the ``limit`` who repeat
    most."""
    found = cur.execute(*Selection(cur, f).of_posts("repeaters", least=REPEATS)).df()
    most = found.head(limit)
    author_nos = most["author_no"].tolist()
    posts = Selection(cur, f).of_posts("voices", author_nos=author_nos, target=None)
    texts = cur.execute(question("texts_by_number"), {"post_nos": most["post_no"].tolist()}).df()
    table = (
        _named(cur, author_nos)
        .merge(most, on="author_no")
        .merge(cur.execute(*posts).df()[["author_no", "posts"]], on="author_no")
        .merge(texts, on="post_no", how="left")
    )
    named = table[table["account"].notna()]
    ((compared_at,),) = cur.execute(question("compared_at"), {"topic": f.topic}).fetchall()
    return Repeaters(
        accounts=len(found),
        unnamed=int(table["unnamed"].sum()),
        table=named[[*_NAMES, "times", "texts", "posts", "text"]].reset_index(drop=True),
        compared=compared_at is not None,
    )


def account(cur: DuckDBPyConnection, author: str) -> Account | None:
    """What the account of the id ``author`` is called; None when it is not known or not to be
    named."""
    number = account_no(cur, author)
    if number is None:
        return None
    rows = records(cur.execute(question("accounts"), {"author_nos": [number]}))
    if not rows or rows[0]["account"] is None:
        return None
    return Account(**{name: rows[0][name] for name in ("source", "author", "author_name")})


def _counts(cur: DuckDBPyConnection, f: Filters) -> NDArray[np.int64]:
    """Posts of each account, by its number; first those of unknown ones. Counting here is twenty
    times faster than grouping by a million accounts there."""
    found = cur.execute(*Selection(cur, f).of_posts("author_nos")).fetchnumpy()["author_no"]
    return np.bincount(np.asarray(found, dtype=np.int64), minlength=1)


def _loudest(counts: NDArray[np.int64], limit: int) -> list[int]:
    """Numbers of the ``limit`` accounts with most posts, of equal ones the first met."""
    ours = counts.copy()
    ours[0] = 0
    limit = min(limit, int(np.count_nonzero(ours)))
    if limit == 0:
        return []
    least = np.partition(ours, -limit)[-limit]  # sorting all of them is not needed
    able = np.flatnonzero(ours >= least)
    return [int(no) for no in able[np.argsort(-ours[able], kind="stable")][:limit]]


def _concentration(counts: NDArray[np.int64]) -> Concentration:
    ours = counts[1:][counts[1:] > 0]
    posts, accounts = int(ours.sum()), len(ours)
    ours.sort()
    ours = ours[::-1]

    def top(percent: int) -> tuple[int, int]:
        most = -(-accounts * percent // 100)
        return most, int(ours[:most].sum())

    return Concentration(
        posts=posts,
        unknown=int(counts[0]),
        accounts=accounts,
        top_1=top(1),
        top_10=top(10),
        effective=posts**2 / int((ours * ours).sum()) if posts else None,
    )


def _named(cur: DuckDBPyConnection, author_nos: Sequence[int]) -> pd.DataFrame:
    """``place`` and what is known of each account, in the order of ``author_nos``."""
    asked = {"author_nos": list(author_nos)}
    table = cur.execute(question("accounts"), asked).df().set_index("author_no")
    table = table.reindex(pd.Index(author_nos, name="author_no")).reset_index()
    table["unnamed"] = table["unnamed"].fillna(value=False).astype(bool)
    table.insert(0, "place", range(1, len(table) + 1))
    return table
