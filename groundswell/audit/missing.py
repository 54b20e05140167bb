"""Words of a topic that its query does not ask for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from groundswell.post import Post
from groundswell.query import Query
from groundswell.query.tree import And, Handle, Near, Node, Not, Or, Tag, Words
from groundswell.scoring import keywords
from groundswell.text import fold

TOLD = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingTerm:
    """A word or phrase that ``posts`` by ``authors`` of the topic hold and its query does not ask
    for. ``z``: how far it stands out against what is not of the topic; None where there is nothing
    to compare with, then terms come by their number of posts."""

    term: str
    posts: int
    authors: int
    z: float | None


def missing(
    query: Query, posts: Sequence[Post], elsewhere: Sequence[Post], limit: int = TOLD
) -> list[MissingTerm]:
    """The ``limit`` strongest terms of ``posts`` that share no word with the query: by weighted
    log-odds against ``elsewhere`` (z of 1.96, five accounts), else the most frequent."""
    ours, theirs = _counted(posts), _counted(elsewhere)
    ranked = keywords.log_odds(ours, theirs) if len(theirs) else _frequent(ours)
    asked = list(_asked(query.tree))
    told = ranked[[not _covers(asked, str(term)) for term in ranked["term"]]].head(limit)
    return [
        MissingTerm(
            term=str(row["term"]),
            posts=int(row["posts"]),
            authors=int(row["authors"]),
            z=round(float(row["z"]), 2) if "z" in row else None,
        )
        for row in told.to_dict("records")
    ]


def _counted(posts: Sequence[Post]) -> pd.DataFrame:
    """Counts of terms; posts that say the very same count once for their words."""
    said: dict[str, tuple[list[str], str | None]] = {}
    for one in posts:
        words = keywords.terms(one.text)
        said.setdefault(" ".join(words), (words, one.author_id or one.author))
    return keywords.count(said.values())


def _frequent(counts: pd.DataFrame) -> pd.DataFrame:
    enough = counts[counts["authors"] >= keywords.LEAST_AUTHORS]
    told = keywords.tellable(enough)
    return told.sort_values(["posts", "term"], ascending=[False, True])


def _asked(node: Node) -> Iterator[tuple[str, bool]]:
    """Words the query asks for, folded, and whether each may go on."""
    if isinstance(node, Words):
        *head, last = node.tokens
        yield from ((word, False) for word in head)
        yield last, node.beginning
    elif isinstance(node, Tag | Handle):
        yield fold(node.text), False
    elif isinstance(node, Near):
        yield from _asked(node.left)
        yield from _asked(node.right)
    elif isinstance(node, And | Or):
        for part in node.parts:
            yield from _asked(part)
    elif isinstance(node, Not):
        return


def _covers(asked: Sequence[tuple[str, bool]], term: str) -> bool:
    words = [word.lstrip("#@") for word in term.split()]
    return any(
        word == said or (begun and word.startswith(said)) for word in words for said, begun in asked
    )
