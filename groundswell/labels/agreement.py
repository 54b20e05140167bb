"""How far people who labelled the same posts agree, beyond what chance alone would give.

Our own few lines, because nothing fits: ``krippendorff`` and ``agreement`` are GPL, ``irrCAC``
pins an old pandas, and NLTK, with which the tests compare every number, is large for two sums.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

DRAWS = 1_000  # of posts with replacement, for the intervals
SEED = 1
LEAST_POSTS = 10  # below it resamples say nothing

Votes: TypeAlias = Mapping[str, str]  # what each labeller said of one post
Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A number, and between what it lies in 95 of 100 resamples of the posts. ``value`` None: not
    defined, since all labels are the same; bounds None: also in most resamples, or
    there are fewer than ``LEAST_POSTS``."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Over ``posts`` that two or more of ``labellers`` labelled: the share of equal pairs of labels
    (0 to 1), Krippendorff's alpha for nominal labels and, for exactly two labellers, Cohen's kappa:
    1 is full agreement, 0 what chance gives, below that less. ``same`` None without such posts."""

    labellers: tuple[str, ...]
    posts: int
    same: float | None
    alpha: Interval
    kappa: Interval | None


def agreement(votes: Sequence[Votes]) -> Agreement:
    """How far the labellers of ``votes``, one entry a post, agree. "Unclear" is a label like any
    other; leave skips out."""
    shared = [said for said in votes if len(said) > 1]
    labellers = tuple(sorted({name for said in shared for name in said}))
    labels = sorted({label for said in shared for label in said.values()})
    counts = np.array([[Counter(said.values())[name] for name in labels] for said in shared], float)
    counts = counts.reshape(len(shared), len(labels))
    return Agreement(
        labellers=labellers,
        posts=len(shared),
        same=float(np.mean(_same(counts))) if shared else None,
        alpha=_interval(_alpha, np.hstack([_disagreeing(counts), counts])),
        kappa=_kappa_of(shared, labellers, labels) if len(labellers) == 2 else None,
    )


def _same(counts: Floats) -> Floats:
    """Of each post the share of pairs of its labels that are equal."""
    said = counts.sum(axis=1)
    alike: Floats = ((counts**2).sum(axis=1) - said) / (said * (said - 1))
    return alike


def _disagreeing(counts: Floats) -> Floats:
    said = counts.sum(axis=1, keepdims=True)
    unlike: Floats = (said**2 - (counts**2).sum(axis=1, keepdims=True)) / (said - 1)
    return unlike


def _alpha(sums: Floats) -> Floats:
    """From the summed disagreement and the count of each label; NaN where it is not defined."""
    observed, counts = sums[:, 0], sums[:, 1:]
    said = counts.sum(axis=1)
    expected = said**2 - (counts**2).sum(axis=1)
    return 1 - observed * _over(said - 1, expected)


def _kappa_of(shared: Sequence[Votes], names: Sequence[str], labels: Sequence[str]) -> Interval:
    one, other = (np.array([[said[n] == label for label in labels] for said in shared], float)
                  for n in names)  # fmt: skip
    same = (one * other).sum(axis=1, keepdims=True)
    return _interval(_kappa, np.hstack([same, np.ones_like(same), one, other]))


def _kappa(sums: Floats) -> Floats:
    same, posts, both = sums[:, 0], sums[:, 1], sums[:, 2:]
    one, other = np.split(both, 2, axis=1)
    chance = (one * other).sum(axis=1)  # times the posts
    beyond: Floats = same * posts - chance
    return beyond * _over(np.ones_like(posts), posts**2 - chance)


def _over(above: Floats, below: Floats) -> Floats:
    nothing = np.full_like(above, np.nan)
    return np.divide(above, below, out=nothing, where=below > 1e-9)


def _interval(measure: Callable[[Floats], Floats], of_posts: Floats) -> Interval:
    """``measure`` of the sums over the posts, and over resamples of them."""
    if not len(of_posts):
        return Interval(value=None, low=None, high=None)
    value = float(measure(of_posts.sum(axis=0, keepdims=True))[0])
    chance = np.full(len(of_posts), 1 / len(of_posts))
    times = np.random.default_rng(SEED).multinomial(len(of_posts), chance, DRAWS)
    again = measure(times @ of_posts)
    again = again[~np.isnan(again)]
    enough = len(again) > DRAWS / 2 and len(of_posts) >= LEAST_POSTS
    bounds = np.quantile(again, [0.025, 0.975]) if enough else [np.nan, np.nan]
    known = [None if np.isnan(n) else float(n) for n in (value, *bounds)]
    return Interval(value=known[0], low=known[1], high=known[2])
