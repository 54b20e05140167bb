"""Which arguments are made on either side of a target: groups of posts that make the same one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

import numpy as np

from groundswell.scoring.narratives import clusters, names
from groundswell.scoring.narratives.identity import Known, PostKey, heirs
from groundswell.scoring.narratives.likeness import Likeness

__all__ = ["SIDES", "Encode", "Known", "Narrative", "Part", "PostKey", "Said", "find"]

SIDES = ("against", "favor")
LEAST_NEARNESS = 0.2  # of two narratives that answer each other; below, they share a stray word
Encode: TypeAlias = Callable[[Sequence[str]], np.ndarray]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A post that takes a side. ``author`` is any stable name, None if unknown; ``at`` aware;
    ``copies`` the key of the group of posts that say nearly the same, its own if it is alone."""

    key: PostKey
    text: str
    author: int | str | None
    at: datetime
    copies: PostKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A post of a narrative. ``closeness`` to its middle, -1…1; None for a copy of another."""

    key: PostKey
    closeness: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrative:
    """``terms`` set it apart from what else is said of the target, the strongest first; empty when
    no word does. ``counter`` is the id of the strongest narrative of the other side about the same
    thing, ``nearness`` how alike the two are (.2…1); both None without one. ``merged`` are earlier
    narratives that went into this one, ``split_from`` the one that it came out of."""

    id: str
    side: str
    terms: tuple[str, ...]
    parts: tuple[Part, ...]
    counter: str | None
    nearness: float | None
    merged: tuple[str, ...]
    split_from: str | None


def find(
    sides: Mapping[str, Sequence[Said]],
    known: Sequence[Known],
    *,
    encode: Encode | None,
    seed: str,
    targets: Sequence[str] = (),
) -> list[Narrative]:
    """The narratives of both ``sides`` of one target, the largest of each side first.

    Copies count once. ``encode`` gives a unit vector a text; None: likeness is told by words alone.
    ``known`` are those of the time before: what most of their posts went on to keeps their id (see
    ``identity.heirs``). ``seed`` names topic and target, so that ids of two never meet.
    ``targets``: what all of this is about, by any name; that names no narrative. The order of
    posts is of no matter.
    """
    firsts = {side: _firsts(sides.get(side, ())) for side in SIDES}
    likeness = Likeness.of([[one.text for one in firsts[side]] for side in SIDES], encode)
    found: list[Narrative] = []
    for place, side in enumerate(SIDES):
        rest = firsts[SIDES[1 - place]]
        grouped = clusters.find(
            likeness.rows[place], [one.author for one in firsts[side]], nearest=likeness.nearest
        )
        named = names.name([one.places for one in grouped], firsts[side], rest, targets)
        found += _side(side, sides.get(side, ()), firsts[side], grouped, named, known, seed)
    middles = {one.id: _middle(one, firsts, likeness) for one in found}
    return [_countered(one, found, middles) for one in found]


def _firsts(posts: Sequence[Said]) -> list[Said]:
    """The first post of each group of copies, in order of time."""
    first: dict[PostKey, Said] = {}
    for one in sorted(posts, key=lambda one: (one.at, one.key)):
        first.setdefault(one.copies, one)
    return list(first.values())


def _side(
    side: str,
    posts: Sequence[Said],
    firsts: Sequence[Said],
    grouped: Sequence[clusters.Cluster],
    named: Sequence[tuple[str, ...]],
    known: Sequence[Known],
    seed: str,
) -> list[Narrative]:
    copies: dict[PostKey, list[PostKey]] = {}
    for one in sorted(posts, key=lambda one: one.key):
        copies.setdefault(one.copies, []).append(one.key)
    parts = [
        tuple(
            Part(key=key, closeness=closeness if key == firsts[place].key else None)
            for place, closeness in zip(cluster.places, cluster.closeness, strict=True)
            for key in copies[firsts[place].copies]
        )
        for cluster in grouped
    ]
    theirs = [one for one in known if one.side == side]
    kept = heirs(
        [frozenset(part.key for part in group) for group in parts],
        theirs,
        present=frozenset(one.key for one in posts),
        seed=f"{seed}\x1f{side}",
    )
    return [
        Narrative(
            id=heir.id,
            side=side,
            terms=names.kept(heir.terms, ranked),
            parts=group,
            counter=None,
            nearness=None,
            merged=heir.merged,
            split_from=heir.split_from,
        )
        for heir, ranked, group in zip(kept, named, parts, strict=True)
    ]


def _middle(one: Narrative, firsts: Mapping[str, Sequence[Said]], likeness: Likeness) -> np.ndarray:
    members = {part.key for part in one.parts if part.closeness is not None}
    places = [place for place, said in enumerate(firsts[one.side]) if said.key in members]
    return clusters.middle(likeness.rows[SIDES.index(one.side)], places)


def _countered(
    one: Narrative, found: Sequence[Narrative], middles: Mapping[str, np.ndarray]
) -> Narrative:
    """``one`` with the narrative of the other side for which nearness times the logarithm of its
    posts is largest: what answers it best, not what is merely loud."""
    best: tuple[float, float, str] | None = None
    for other in found:
        near = float(middles[one.id] @ middles[other.id])
        if other.side != one.side and near >= LEAST_NEARNESS:
            strength = near * float(np.log1p(len(other.parts)))
            best = max(best or (0.0, 0.0, ""), (strength, near, other.id))
    if best is None:
        return one
    return replace(one, counter=best[2], nearness=min(best[1], 1.0))
