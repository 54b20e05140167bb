"""Labelled posts laid over the bins: phases of time, and weights that fit what is known of all."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from groundswell.estimate.counts import Bin, Gold

LEAST_PHASES = 3  # with fewer, a model that drifts evenly cannot be told from one that jumps
LABELS_A_PHASE = 100  # more labels, shorter phases: a jump is found where a phase ends
MOST_PHASES = 8
LEAST_IN_PHASE = 15  # labels; fewer say nothing about drift
LEAST_IN_CELL = 2  # labels; one alone has no scatter
LEAST_BESIDE = 8  # labels of either kind, with another target beside and without

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """Gold posts as arrays. ``place`` is where in the window a post lies, 0 to 1, in shares of
    all posts (not of time: a story is one peak and a long tail, and labels lie where posts do);
    ``phase`` its part of the window; ``cell`` phase and prediction together; ``weight`` sums to
    the number of posts in each cell; ``author`` numbers, each unknown author by itself;
    ``beside`` whether the model finds it against another target too."""

    truth: Bools
    predicted: Bools
    weight: Floats
    place: Floats
    phase: Ints
    cell: Ints
    author: Ints
    beside: Bools

    @property
    def parted(self) -> bool:
        """Whether there are enough labels of either kind with another target beside, and without,
        to tell what the model errs in each."""
        cells = np.bincount(2 * self.beside + self.truth, minlength=4)
        return bool(cells.min() >= LEAST_BESIDE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where each bin lies: ``place`` of its middle, and ``phase``; ``phases`` is how many there
    are, 1 when labels are too few or too bunched for ``LEAST_PHASES``."""

    place: Floats
    phase: Ints
    phases: int


def lay_out(bins: Sequence[Bin], gold: Sequence[Gold]) -> tuple[Layout, Labels]:
    """Both on one scale. ``bins`` in order of time, with posts; labels before the first bin are
    left out. Every cell has ``LEAST_IN_CELL`` labels, or there is only one phase."""
    starts = np.array([bin_.start.timestamp() for bin_ in bins])
    times = np.array([one.at.timestamp() for one in gold], dtype=np.float64)
    at = np.searchsorted(starts, times, side="right") - 1
    kept = [one for one, where in zip(gold, at, strict=True) if where >= 0]
    at = at[at >= 0]
    predicted = np.array([one.predicted for one in kept], dtype=bool)
    layout = _layout(bins, at, predicted)
    cell = 2 * layout.phase[at] + predicted
    labels = Labels(
        truth=np.array([one.truth for one in kept], dtype=bool),
        predicted=predicted,
        weight=_fitted(np.array([one.weight for one in kept]), cell, _posts(bins, layout)),
        place=layout.place[at],
        phase=layout.phase[at],
        cell=cell,
        author=_numbered([one.author for one in kept]),
        beside=np.array([one.beside for one in kept], dtype=bool),
    )
    return layout, labels


def _layout(bins: Sequence[Bin], at: Ints, predicted: Bools) -> Layout:
    """Phases have about as many labels each: a bin belongs to that in which the middle of its own
    labels lies. As many phases as labels allow, so that each has enough."""
    posts = np.array([bin_.posts for bin_ in bins], dtype=np.float64)
    place = (np.cumsum(posts) - posts / 2) / posts.sum()
    labels = np.bincount(at, minlength=len(bins))
    middle = (np.cumsum(labels) - labels / 2) / max(len(at), 1)
    most = min(max(len(at) // LABELS_A_PHASE, LEAST_PHASES), MOST_PHASES)
    for phases in range(most, LEAST_PHASES - 1, -1):
        phase = np.minimum((middle * phases).astype(np.int64), phases - 1)
        cells = np.bincount(2 * phase[at] + predicted, minlength=2 * phases).reshape(phases, 2)
        if cells.min() >= LEAST_IN_CELL and cells.sum(axis=1).min() >= LEAST_IN_PHASE:
            return Layout(place=place, phase=phase, phases=phases)
    return Layout(place=place, phase=np.zeros(len(bins), dtype=np.int64), phases=1)


def _posts(bins: Sequence[Bin], layout: Layout) -> Floats:
    """Posts of each cell."""
    hits = np.array([bin_.hits for bin_ in bins], dtype=np.float64)
    posts = np.array([bin_.posts for bin_ in bins], dtype=np.float64)
    cells = np.zeros(2 * layout.phases)
    np.add.at(cells, 2 * layout.phase, posts - hits)
    np.add.at(cells, 2 * layout.phase + 1, hits)
    return cells


def _fitted(weight: Floats, cell: Ints, posts: Floats) -> Floats:
    """Weights that sum to the posts of each cell, in proportion to those drawn with: the sample
    then stands for all posts, whether it was drawn from cells evenly or from all at random."""
    drawn = np.bincount(cell, weights=weight, minlength=len(posts))
    scaled: Floats = weight * (posts / np.where(drawn > 0, drawn, 1.0))[cell]
    return scaled


def _numbered(authors: Sequence[Hashable | None]) -> Ints:
    known: dict[Hashable, int] = {}
    return np.array(
        [
            known.setdefault(("unknown", n) if author is None else ("known", author), len(known))
            for n, author in enumerate(authors)
        ],
        dtype=np.int64,
    )
