"""Which posts are worth quoting for or against a target, and what whoever quotes one must know."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal, TypeAlias

import pandas as pd
from duckdb import DuckDBPyConnection

from groundswell.scoring.bare import bare
from groundswell.scoring.reported import says_no_more
from groundswell.store.filters import Filters
from groundswell.store.rows import records
from groundswell.store.selection import Selection
from groundswell.store.sql import question

Side: TypeAlias = Literal["against", "favor"]

LEAST_WORDS = 6  # of its own; fewer is a shout, no quotation
_DEPTH = 8  # posts looked at for each that is wanted; the next round, so many times more
_PASSED_ON = ("RT @", "RT:")


def quotable(cur: DuckDBPyConnection, f: Filters, target: str, side: Side, limit: int) -> list[int]:
    """Numbers of at most ``limit`` posts of ``f`` that stand on ``side`` towards ``target`` and are
    worth quoting, the worthiest first: by the stance's confidence and by engagement, see
    ``queries/quotable.sql``.

    One an account, one a group that says nearly the same (its first), in words of its own
    (``LEAST_WORDS`` and more, and not only a headline), by somebody who may be named, with an
    address.
    """
    deep = limit * _DEPTH
    while True:
        asked = Selection(cur, f).of_spoken("quotable", target, side=side, deep=deep)
        rows = records(cur.execute(*asked))
        chosen = [row["post_no"] for row in _one_each(rows)][:limit]
        if len(chosen) == limit or not rows or deep >= rows[0]["all_posts"]:
            return chosen
        deep *= _DEPTH


def quotes(
    cur: DuckDBPyConnection, f: Filters, target: str, post_nos: Sequence[int]
) -> pd.DataFrame:
    """The columns of ``questions.posts`` for ``post_nos``, in their order, with ``stance`` and
    ``confidence`` (0 to 1) towards ``target`` and:

    - ``wording_at``, when the words as they stand were brought, ``last_seen_at``, when the post was
      last seen or looked for and found, ``raw``, whether the site's own answer is kept;
    - ``edits``, how many other versions are known, ``replaced_at``, when the last of them went;
    - ``parent_text, parent_url, parent_author, parent_name`` of what it answers, missing where that
      is not stored, may not be shown or not be named.

    Times UTC. What was deleted or hidden since is not there any more."""
    numbers = list(post_nos)
    page = Selection(cur, f).page("page_of_numbers", post_nos=numbers)
    told = {"topic": f.topic, "post_nos": numbers}
    stances = cur.execute(question("stances_of"), told).df()
    return (
        cur.execute(*page).df()
        .merge(
            stances.loc[stances["target"] == target, ["post_no", "stance", "confidence"]],
            on="post_no",
            how="left",
        )
        .merge(cur.execute(question("quote_facts"), told).df(), on="post_no", how="left")
    )  # fmt: skip


def _one_each(rows: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Those in words of their own, the first of each account."""
    quoted: set[int] = set()
    for row in rows:
        if row["author_no"] not in quoted and _own_words(row):
            quoted.add(row["author_no"])
            yield row


def _own_words(row: dict[str, Any]) -> bool:
    said = bare(row["text"])
    return (
        len(said.split()) >= LEAST_WORDS
        and not row["text"].startswith(_PASSED_ON)
        and not says_no_more(row["source"], row["text"], row["card_text"], row["quoted_text"])
    )
