"""Groups texts that make the same argument: average linkage, and a place for each text after it."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from groundswell.scoring.narratives import linkage

LEAST_TEXTS = 5  # different ones: fewer are a few people's words, not an argument of many
LEAST_AUTHORS = 3
# Linking all pairs costs the square of the texts: half a second and 64 MB for 4,000. Of more, so
# many evenly over time are linked, and each other joins the group it is nearest to, if it is near
# enough.
LINKED = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """``places`` of its texts, rising, and the ``closeness`` of each to its middle, -1…1."""

    places: tuple[int, ...]
    closeness: tuple[float, ...]


def find(
    rows: np.ndarray, authors: Sequence[Hashable | None], *, nearest: float, linked: int = LINKED
) -> list[Cluster]:
    """Groups of at least five texts by three authors, the largest first; the other texts are in
    none.

    ``rows`` hold a unit vector a text. Two groups are one when the distances (1 - cosine) between
    their texts are at most ``nearest`` in the mean.
    """
    if len(rows) < LEAST_TEXTS:
        return []
    chosen = np.unique(np.linspace(0, len(rows) - 1, min(len(rows), linked)).astype(int))
    group = np.full(len(rows), -1)
    group[chosen] = _linked(rows[chosen], nearest)
    _seat(rows, group, nearest)
    found = [_cluster(rows, np.flatnonzero(group == number)) for number in np.unique(group)]
    told = [one for one in found if _is_told(one, group, authors)]
    return sorted(told, key=lambda one: (-len(one.places), one.places))


def middle(rows: np.ndarray, places: Sequence[int]) -> np.ndarray:
    """The unit vector in the midst of some rows."""
    mean: np.ndarray = rows[list(places)].mean(axis=0)
    return mean / max(float(np.linalg.norm(mean)), 1e-12)


def _linked(rows: np.ndarray, nearest: float) -> np.ndarray:
    """A number for each row, the same for rows of one group."""
    apart = rows @ rows.T
    np.subtract(1.0, apart, out=apart)
    np.clip(apart, 0.0, 2.0, out=apart)
    return linkage.groups(apart, nearest)


def _seat(rows: np.ndarray, group: np.ndarray, nearest: float) -> None:
    """Gives each text that was not linked the group it is nearest to in the mean, if any."""
    waiting = np.flatnonzero(group < 0)
    numbers, sizes = np.unique(group[group >= 0], return_counts=True)
    numbers = numbers[sizes >= LEAST_TEXTS]
    if not len(waiting) or not len(numbers):
        return
    means = np.stack([rows[group == number].mean(axis=0) for number in numbers])
    likeness = rows[waiting] @ means.T
    best = likeness.argmax(axis=1)
    near = likeness[np.arange(len(waiting)), best] >= 1.0 - nearest
    group[waiting[near]] = numbers[best[near]]


def _cluster(rows: np.ndarray, places: np.ndarray) -> Cluster:
    closeness = rows[places] @ middle(rows, places.tolist())
    return Cluster(
        places=tuple(places.tolist()),
        closeness=tuple(round(float(one), 4) for one in closeness),
    )


def _is_told(one: Cluster, group: np.ndarray, authors: Sequence[Hashable | None]) -> bool:
    known = {authors[place] for place in one.places if authors[place] is not None}
    unknown = sum(authors[place] is None for place in one.places)
    return (
        group[one.places[0]] >= 0
        and len(one.places) >= LEAST_TEXTS
        and len(known) + unknown >= LEAST_AUTHORS
    )
