"""What each alternative of a query brings, and what all of them together may miss."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from groundswell.post import Post
from groundswell.query import Haystack, Query
from groundswell.query.tree import And, Node, Or
from groundswell.recapture import Recall, recall

PostKey = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """One of several words or phrases of which a post must hold one. ``group`` is the place of
    these in the query, from 1. ``posts`` hold it, ``alone`` no other of its group: what would be
    lost without it. ``off_topic`` of its posts were labelled so."""

    group: int
    term: str
    posts: int
    alone: int
    off_topic: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRecall:
    """How complete the alternatives of one ``group`` are, by capture and recapture: ``first`` is
    the one with most posts, against all ``others``. ``recall`` is None where too few posts hold
    both to say. Right only if people use either independently of the other: words that stand for
    each other make it too low, words that come together too high."""

    group: int
    first: str
    others: tuple[str, ...]
    recall: Recall | None


def alternatives(query: Query, posts: Sequence[Post], off: Set[PostKey]) -> Iterator[Alternative]:
    """Each alternative of each group, in the order of the query. ``off``: labelled off topic."""
    keys = [(one.source, one.uri) for one in posts]
    for number, group in enumerate(_groups(query), start=1):
        holds = _holds(group, posts)
        for place, part in enumerate(group):
            mine = [row[place] for row in holds]
            yield Alternative(
                group=number,
                term=str(part),
                posts=sum(mine),
                alone=sum(row[place] and sum(row) == 1 for row in holds),
                off_topic=sum(held and key in off for held, key in zip(mine, keys, strict=True)),
            )


def recalls(query: Query, posts: Sequence[Post]) -> Iterator[GroupRecall]:
    """The estimate for each group of two alternatives or more."""
    for number, group in enumerate(_groups(query), start=1):
        holds = _holds(group, posts)
        counts = [sum(row[place] for row in holds) for place in range(len(group))]
        top = counts.index(max(counts))
        by_others = [any(held for n, held in enumerate(row) if n != top) for row in holds]
        both = sum(row[top] and other for row, other in zip(holds, by_others, strict=True))
        yield GroupRecall(
            group=number,
            first=str(group[top]),
            others=tuple(str(part) for n, part in enumerate(group) if n != top),
            recall=recall(counts[top], sum(by_others), both),
        )


def _groups(query: Query) -> list[tuple[Node, ...]]:
    """The lists of alternatives that every match must meet, outermost only."""
    tree = query.tree
    parts = tree.parts if isinstance(tree, And) else (tree,)
    return [part.parts for part in parts if isinstance(part, Or)]


def _holds(group: Sequence[Node], posts: Sequence[Post]) -> list[list[bool]]:
    asked = [Query(part) for part in group]
    hays = map(Haystack, posts)
    return [[one.found_in(hay) for one in asked] for hay in hays]
