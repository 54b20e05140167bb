"""Invented stories whose true shares are known.

Posts in bins, by authors of all sizes, read by a model that errs, and a few labelled."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from groundswell.estimate import Bin, Gold

START = datetime(2025, 1, 20, tzinfo=UTC)
MOST_POSTS = 40  # of one author in one bin


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """How a story goes. The share goes from ``first`` to ``last`` over ``bins`` bins of about
    ``posts`` posts; ``right`` is how often the model is right about posts of either kind, and
    ``drift`` is added to its sensitivity by the end, evenly or, with ``step``, from the middle on.
    Authors write 1 to 40 posts, their numbers after Zipf's law with exponent ``zipf`` (None: one
    post each), all on one side. ``mistakes`` is the correlation of the model's errors on posts of
    one author. With ``peak`` the posts lie as in a story that breaks: the middle bin has fifty
    times those of the first. With ``rival`` posts are also read as against another target, as its
    first number says at both ends and its second in the middle, 0 to 1; the model finds, and
    falsely finds, more there by ``laid_on``. ``labels`` posts are labelled, drawn at random, or
    evenly over thirds and predictions if ``strata``."""

    first: float = 0.05
    last: float = 0.95
    right: float = 0.85
    posts: int = 1_000
    labels: int = 300
    bins: int = 24
    drift: float = 0.0
    step: bool = False
    zipf: float | None = 2.0
    mistakes: float = 0.0
    peak: bool = False
    strata: bool = False
    rival: tuple[float, float] = (0.0, 0.0)
    laid_on: float = 0.0

    def shares(self) -> NDArray[np.float64]:
        """The true share of each bin."""
        return np.linspace(self.first, self.last, self.bins)

    def rates(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Found and falsely found, of each bin."""
        way = np.linspace(0, 1, self.bins)
        shift = self.drift * ((way >= 0.5).astype(np.float64) if self.step else way)
        return self.right + shift, np.full(self.bins, 1.0 - self.right)

    def sizes(self) -> NDArray[np.int64]:
        """About how many posts each bin has."""
        if not self.peak:
            return np.full(self.bins, self.posts)
        away = np.abs(np.arange(self.bins) - self.bins // 2)
        heights = np.exp(-away / 3) + 0.02
        sizes: NDArray[np.int64] = (self.posts * self.bins * heights / heights.sum()).astype(int)
        return np.maximum(sizes, 1)


class _Pool(NamedTuple):
    """The authors of a bin: how many posts each ``wrote``, how many are ``hits``, and whether all
    of them have the stance in ``truth``, and speak against another target ``beside``."""

    wrote: NDArray[np.int64]
    hits: NDArray[np.int64]
    truth: NDArray[np.bool_]
    beside: NDArray[np.bool_]


def told(story: Story, chance: np.random.Generator) -> tuple[list[Bin], list[Gold]]:
    """One run of the story: what is counted in each bin, and what was labelled."""
    bins, pools = [], []
    found, falsely = story.rates()
    rival = np.interp(np.linspace(-1, 1, story.bins), (-1, 0, 1), (*story.rival, story.rival[0]))
    for place, (share, size) in enumerate(zip(story.shares(), story.sizes(), strict=True)):
        wrote = _authors(story, int(size), chance)
        truth = chance.random(len(wrote)) < share
        beside = np.zeros(len(wrote), dtype=bool)
        if rival[place]:
            beside = chance.random(len(wrote)) < rival[place]
        expected = np.where(truth, found[place], falsely[place]) + story.laid_on * beside
        rate = _per_author(expected, story.mistakes, chance)
        hits = chance.binomial(wrote, rate)
        bins.append(_bin(place, wrote, hits, beside))
        pools.append(_Pool(wrote, hits, truth, beside))
    return bins, _labelled(story, pools, chance)


def whole(story: Story, chance: np.random.Generator) -> tuple[Bin, list[Gold], float]:
    """One run as a single bin over all of it, each bin with authors of its own; and the truth."""
    bins, gold = told(story, chance)
    sums = {
        name: sum(getattr(bin_, name) for bin_ in bins)
        for name in ("posts", "hits", "authors", "hits_sq", "hits_posts", "posts_sq")
    }
    weights = story.sizes() / story.sizes().sum()
    return Bin(start=bins[0].start, **sums), gold, float(weights @ story.shares())


def _authors(story: Story, size: int, chance: np.random.Generator) -> NDArray[np.int64]:
    """How many posts each author of a bin wrote."""
    if story.zipf is None:
        return np.ones(size, dtype=np.int64)
    numbers = np.arange(1, MOST_POSTS + 1)
    odds = numbers**-story.zipf
    odds /= odds.sum()
    return chance.choice(numbers, size=max(int(size / (numbers @ odds)), 2), p=odds)


def _per_author(
    rate: NDArray[np.float64], alike: float, chance: np.random.Generator
) -> NDArray[np.float64]:
    """Each author's own rate, so that posts of one author have errors that correlate."""
    if not alike:
        return rate
    strength = (1 - alike) / alike
    return chance.beta(rate * strength, (1 - rate) * strength)


def _bin(
    place: int, wrote: NDArray[np.int64], hits: NDArray[np.int64], beside: NDArray[np.bool_]
) -> Bin:
    return Bin(
        start=START + timedelta(hours=place),
        posts=int(wrote.sum()),
        hits=int(hits.sum()),
        authors=len(wrote),
        hits_sq=int(hits @ hits),
        hits_posts=int(hits @ wrote),
        posts_sq=int(wrote @ wrote),
        beside_posts=int(wrote @ beside),
        beside_hits=int(hits @ beside),
    )


def _labelled(
    story: Story,
    pools: list[_Pool],
    chance: np.random.Generator,
) -> list[Gold]:
    """Labelled posts, drawn from those written."""
    place = np.repeat(np.arange(len(pools)), [pool.wrote.sum() for pool in pools])
    author = np.concatenate(
        [
            np.repeat(np.arange(len(pool.wrote)), pool.wrote) + 1_000_000 * n
            for n, pool in enumerate(pools)
        ]
    )
    truth = np.concatenate([np.repeat(pool.truth, pool.wrote) for pool in pools])
    beside = np.concatenate([np.repeat(pool.beside, pool.wrote) for pool in pools])
    predicted = np.concatenate([_spread(pool.wrote, pool.hits) for pool in pools])
    drawn, weights = _drawn(story, place, predicted, chance)
    return [
        Gold(
            at=START + timedelta(hours=float(place[post]) + 0.5),
            author=int(author[post]),
            truth=bool(truth[post]),
            predicted=bool(predicted[post]),
            weight=float(weight),
            beside=bool(beside[post]),
        )
        for post, weight in zip(drawn, weights, strict=True)
    ]


def _spread(wrote: NDArray[np.int64], hits: NDArray[np.int64]) -> NDArray[np.bool_]:
    """For each post whether the model found it: an author's first ones, as order means nothing."""
    first = np.repeat(np.cumsum(wrote) - wrote, wrote)
    return np.arange(wrote.sum()) - first < np.repeat(hits, wrote)


def _drawn(
    story: Story,
    place: NDArray[np.int64],
    predicted: NDArray[np.bool_],
    chance: np.random.Generator,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Which posts are labelled and how many each stands for."""
    if not story.strata:
        return chance.choice(len(place), story.labels, replace=False), np.ones(story.labels)
    stratum = 2 * (place * 3 // story.bins) + predicted
    drawn, weights = [], []
    for one in np.unique(stratum):
        inside = np.flatnonzero(stratum == one)
        count = min(story.labels // 6, len(inside))
        drawn.append(chance.choice(inside, count, replace=False))
        weights.append(np.full(count, len(inside) / count))
    return np.concatenate(drawn), np.concatenate(weights)
