"""How good a topic's query is: what of its finds is on topic, and what it may miss."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from groundswell.audit.branches import Alternative, GroupRecall, alternatives, recalls
from groundswell.audit.missing import MissingTerm, missing
from groundswell.audit.shares import Share, share
from groundswell.post import Post
from groundswell.query import Query

__all__ = [
    "Alternative",
    "Audit",
    "GroupRecall",
    "Label",
    "MissingTerm",
    "Precision",
    "Share",
    "audit",
]

PostKey = tuple[str, str]  # source, uri
LEAST_LABELLED = 30  # posts; with fewer no precision is told


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What people say of a post that was drawn: whether it is ``on_topic``; it stands for
    ``weight`` posts."""

    on_topic: bool
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """Of the posts the query finds that speak of ``target``: how many are on topic. ``labelled``
    posts were looked at, ``off_topic`` of them are not. ``share`` is None with fewer than 30."""

    target: str
    labelled: int
    off_topic: int
    share: Share | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """``posts`` were read, ``unmatched`` of which do not meet the query as it is now. ``compared``
    posts, off topic or of other topics, are what ``missing`` words are told against; 0: none."""

    query: str
    posts: int
    unmatched: int
    precision: tuple[Precision, ...]
    alternatives: tuple[Alternative, ...]
    recall: tuple[GroupRecall, ...]
    missing: tuple[MissingTerm, ...]
    compared: int


def audit(
    query: Query,
    posts: Sequence[Post],
    labels: Mapping[str, Mapping[PostKey, Label]],
    elsewhere: Iterable[Post] = (),
) -> Audit:
    """The audit of ``query`` over the ``posts`` that it brought.

    ``labels`` by target, each by post; ``elsewhere`` are posts of other topics, to tell which words
    belong to this one. Posts labelled off topic are left out of recall and missing words, and count
    as elsewhere.
    """
    off = {key for told in labels.values() for key, one in told.items() if not one.on_topic}
    ours = [one for one in posts if (one.source, one.uri) not in off]
    others = [*elsewhere, *(one for one in posts if (one.source, one.uri) in off)]
    return Audit(
        query=str(query),
        posts=len(posts),
        unmatched=sum(not query.matches(one) for one in posts),
        precision=tuple(_precision(target, told) for target, told in labels.items()),
        alternatives=tuple(alternatives(query, posts, off)),
        recall=tuple(recalls(query, ours)),
        missing=tuple(missing(query, ours, others)),
        compared=len(others),
    )


def _precision(target: str, told: Mapping[PostKey, Label]) -> Precision:
    ones = list(told.values())
    known = len(ones) >= LEAST_LABELLED
    return Precision(
        target=target,
        labelled=len(ones),
        off_topic=sum(not one.on_topic for one in ones),
        share=share([(one.on_topic, one.weight) for one in ones]) if known else None,
    )
