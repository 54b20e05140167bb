"""Posts that speak of a target, drawn and labelled, for the tests of the store."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
from duckdb import DuckDBPyConnection

from groundswell.post import Hiding
from groundswell.spool import Batch
from groundswell.store import draws, labels, questions
from tests.groundswell.store.making import HOUR, T0, batch, post, read, scored

TARGET = "OpenAI"
NOW = datetime(2025, 2, 1, tzinfo=UTC)
PREDICTED = ("against", "none", "favor", "not_scored")


def spoken(numbers: Sequence[int], *, seq: int = 0, version: str = "1") -> Batch:
    """Posts by as many accounts that speak of the target, each of ``PREDICTED`` in turn."""
    posts = [
        read(
            scored(post(n, author_id=f"sample-user-{n}", author=f"sample-user-{n}")),
            {TARGET: PREDICTED[n % 4]},
            version=version,
        )
        for n in numbers
    ]
    return batch(seq, posts, targets={"story": [TARGET, "DeepSeek"]})


def draw(con: DuckDBPyConnection, size: int, query: str = "q1") -> draws.Draw:
    """Draws ``size`` posts of the story for ``query``."""
    return draws.draw(con, "story", TARGET, query=query, size=size, now=NOW)


def queue(con: DuckDBPyConnection, labeller: str = "ada", limit: int = 99) -> list[int]:
    """Numbers of the posts that wait for ``labeller``, in order."""
    table = labels.label_queue(con, "story", TARGET, labeller, limit)
    return [int(post_no) for post_no in table["post_no"]]


def give(
    con: DuckDBPyConnection, post_no: int, label: str, labeller: str = "ada", minute: int = 0
) -> None:
    """A label for a post, ``minute`` minutes after ``NOW``."""
    at = NOW + timedelta(minutes=minute)
    labels.give(con, "story", TARGET, post_no, labeller=labeller, label=label, at=at, took_s=2.5)


def gold(con: DuckDBPyConnection) -> pd.DataFrame:
    """The gold rows of the story."""
    return questions.gold(con, "story", TARGET)


def number_of(con: DuckDBPyConnection, post_no: int) -> int:
    """The number of ``making.post`` that a stored post was made of."""
    ((uri,),) = con.execute("SELECT uri FROM posts WHERE post_no = ?", [post_no]).fetchall()
    return int(str(uri).rpartition("/")[2])


def hiding(number: int, *, lifted: bool = False) -> Hiding:
    """A mark on post ``number``; a lifted one comes an hour later."""
    seen_at = T0 + (2 if lifted else 1) * HOUR
    return Hiding(source="bluesky", uri=post(number).uri, seen_at=seen_at, lifted=lifted)


def known(value: Any) -> Any:
    """None for pandas' several ways to say "nothing here"."""
    return None if pd.isna(value) else value
