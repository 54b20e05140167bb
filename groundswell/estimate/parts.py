"""Posts of a bin in two parts: against another target too, by the model, or not.

A model errs more about one target where it finds another one blamed: it lays the blame on both. How
often that happens changes with the story, and so would the errors of all posts together; within
each part they keep.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from groundswell.estimate.confusion import LEAST_TELLS, Errors, Fit, with_beside
from groundswell.estimate.counts import Bin
from groundswell.estimate.labels import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Of each bin the ``weight`` of this part, 0 to 1, and how many of its posts are ``hits``, 0
    to 1; the model's ``errors`` there, and the ``columns`` of the design that they follow from."""

    weight: Floats
    hits: Floats
    errors: Errors
    columns: Floats

    @property
    def tells(self) -> Floats:
        """Found less falsely found, kept from 0."""
        return np.maximum(self.errors.tells, LEAST_TELLS)

    @property
    def share(self) -> Floats:
        """Rogan and Gladen's share of each bin, which may lie outside 0 and 1."""
        return (self.hits - self.errors.falsely_found) / self.tells


def whole(bins: Sequence[Bin], fitted: Fit, columns: Floats) -> list[Part]:
    """All posts as one part."""
    hits = np.array([bin_.hits / bin_.posts for bin_ in bins])
    return [Part(weight=np.ones(len(bins)), hits=hits, errors=fitted.at(columns), columns=columns)]


def both(bins: Sequence[Bin], fitted: Fit, columns: Floats) -> list[Part]:
    """Posts without another target beside, and those with one."""
    posts = np.array([bin_.posts for bin_ in bins], dtype=np.float64)
    hits = np.array([bin_.hits for bin_ in bins], dtype=np.float64)
    beside = np.array([bin_.beside_posts for bin_ in bins], dtype=np.float64)
    hits_beside = np.array([bin_.beside_hits for bin_ in bins], dtype=np.float64)
    return [
        _part(posts - beside, hits - hits_beside, posts, fitted, with_beside(columns, 0 * posts)),
        _part(beside, hits_beside, posts, fitted, with_beside(columns, 0 * posts + 1)),
    ]


def tells_at_least(parts: Sequence[Part]) -> Floats:
    """How well the model tells in each bin, at least: its lower limits, by the posts of each."""
    limits: Floats = sum(
        (part.weight * part.errors.tells_at_least for part in parts),
        start=np.zeros_like(parts[0].weight),
    )
    return limits


def _part(posts: Floats, hits: Floats, all_: Floats, fitted: Fit, columns: Floats) -> Part:
    return Part(
        weight=posts / all_,
        hits=hits / np.maximum(posts, 1),
        errors=fitted.at(columns),
        columns=columns,
    )
