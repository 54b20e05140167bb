"""Which narrative is which from run to run: an id follows the posts, a split or merge is told."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

PostKey: TypeAlias = tuple[str, str]  # source, uri
ID_DIGITS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A narrative of the time before: its ``terms`` and the posts that made it."""

    id: str
    side: str
    terms: tuple[str, ...]
    keys: frozenset[PostKey]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heir:
    """Who a group of posts is: a known narrative that lives on, or a new one. ``terms`` of the
    known one, empty when most of the group's posts are new to it: then it is named anew."""

    id: str
    terms: tuple[str, ...]
    merged: tuple[str, ...]
    split_from: str | None


def heirs(
    groups: Sequence[frozenset[PostKey]],
    known: Sequence[Known],
    *,
    present: frozenset[PostKey],
    seed: str,
) -> list[Heir]:
    """Who each of ``groups`` (disjoint, of one side) is, in their order.

    - A known narrative lives on in the group that holds more than half of those of its posts that
      are still ``present`` on the side. So more posts never take an id away.
    - Where several live on in one group, the one that brings most posts gives its id and name; the
      others are ``merged`` into it and end.
    - A group in which none lives on gets a new id. When more than half of what is known of its
      posts was in one narrative, it is ``split_from`` that.

    Ids are made from ``seed`` and posts, so the same posts get the same. Nothing depends on the
    order of posts or of ``known``.
    """
    ours = sorted(known, key=lambda one: one.id)
    living = [[one for one in ours if _lives_in(one, group, present)] for group in groups]
    taken = {one.id for one in ours}
    found: dict[int, Heir] = {}
    for place in sorted(range(len(groups)), key=lambda place: min(groups[place])):
        group = groups[place]
        brought = sorted(living[place], key=lambda one: (-len(one.keys & group), one.id))
        if brought:
            found[place] = _lived_on(brought, group)
        else:
            new = _new_id(group, taken, seed)
            taken.add(new)
            found[place] = Heir(id=new, terms=(), merged=(), split_from=_origin(group, ours))
    return [found[place] for place in range(len(groups))]


def _lives_in(one: Known, group: frozenset[PostKey], present: frozenset[PostKey]) -> bool:
    return 2 * len(one.keys & group) > len(one.keys & present)


def _lived_on(brought: Sequence[Known], group: frozenset[PostKey]) -> Heir:
    first = brought[0]
    mostly_the_same = 2 * len(first.keys & group) > len(group)
    return Heir(
        id=first.id,
        terms=first.terms if mostly_the_same else (),
        merged=tuple(sorted(one.id for one in brought[1:])),
        split_from=None,
    )


def _origin(group: frozenset[PostKey], known: Sequence[Known]) -> str | None:
    counts = Counter({one.id: len(one.keys & group) for one in known})
    total = counts.total()
    return next((name for name, count in counts.most_common(1) if 2 * count > total), None)


def _new_id(group: frozenset[PostKey], taken: set[str], seed: str) -> str:
    said = "\x1f".join((seed, *min(group)))
    while (digest := hashlib.sha256(said.encode()).hexdigest()[:ID_DIGITS]) in taken:
        said += "\x1f"
    return digest
