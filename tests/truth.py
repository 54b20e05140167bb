"""The synthetic sample's hidden true stance, given as labels the way people give them."""

import csv
import gzip
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, TypeVar

import pandas as pd

from groundswell.labels import TRUTHS
from groundswell.labels.file import Given
from groundswell.store import draws, labels, questions
from groundswell.store.reading import Cursor

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "sample"
SLUG = "openai-deepseek-sample"
NOW = datetime(2025, 3, 3, tzinfo=UTC)
Result = TypeVar("Result")


class Home(Protocol):
    """A database that can be written: an owner, or one opened for one command."""

    def write(self, work: Callable[[Cursor], Result]) -> Result:
        """What ``work`` returns, done whole or not at all."""
        ...


def truths(target: str) -> dict[tuple[str, str], str]:
    """The true stance of each post of the sample towards ``target``, by source and uri."""
    with gzip.open(SAMPLE / "truth.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return {
            (row["source"], row["uri"]): row["stance"]
            for row in csv.DictReader(file)
            if row["target"] == target
        }


def label_with_truth(
    home: Home, target: str, size: int = 200, *, query: str, topic: str = SLUG
) -> pd.DataFrame:
    """Draws ``size`` posts of a home that holds the sample, read towards ``target`` by whatever
    model, gives each its true stance as the label of one labeller, and returns the gold rows."""
    true = truths(target)
    return label_as(
        home, target, size, query=query, topic=topic, truth=lambda source, uri: true[source, uri]
    )


def label_as(
    home: Home, target: str, size: int, *, query: str, topic: str, truth: Callable[[str, str], str]
) -> pd.DataFrame:
    """Draws ``size`` posts and gives each the label that ``truth`` says of its source and uri;
    the gold rows."""

    def work(con: Cursor) -> pd.DataFrame:
        draws.draw(con, topic, target, query=query, size=size, now=NOW)
        drawn = con.execute(
            "SELECT p.source, p.uri FROM posts AS p INNER JOIN drawn AS d USING (post_no) "
            "WHERE d.topic = ? AND d.target = ? AND d.place IS NOT NULL",
            [topic, target],
        ).fetchall()
        given = [
            Given(
                line=line,
                source=source,
                uri=uri,
                target=target,
                labeller="truth",
                label=truth(source, uri),
                labelled_at=NOW,
            )
            for line, (source, uri) in enumerate(drawn)
        ]
        done = labels.take(con, topic, given)
        assert (done.taken + done.known, done.rejects, done.undrawn) == (len(drawn), (), 0)
        return questions.gold(con, topic, target)

    gold = home.write(work)
    assert set(gold["truth"]) <= set(TRUTHS)
    return gold
