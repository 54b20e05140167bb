"""How often the model is right, over time: found and falsely found, with what is uncertain."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from groundswell.estimate.counts import Z
from groundswell.estimate.labels import Bools, Floats, Ints, Labels

LEAST_TELLS = 0.01  # a bin with less has no band, whatever comes of this
Design: TypeAlias = Callable[[Floats, Ints], Floats]  # place and phase to columns, a row each


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A share between 0 and 1 with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """What labels say of the model, over the whole window: ``found``, the share of posts with the
    stance that it finds (sensitivity), and ``falsely_found``, the share of the others that it
    takes for such. ``with_stance`` and ``without`` count the labels behind each."""

    found: Rate
    falsely_found: Rate
    with_stance: int
    without: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors:
    """Of each bin: ``found`` and ``falsely_found``, and the variances and covariance of the two."""

    found: Floats
    falsely_found: Floats
    var_found: Floats
    var_falsely: Floats
    covariance: Floats

    @property
    def tells(self) -> Floats:
        """Youden's index, found less falsely found: 1 tells all, 0 tells nothing."""
        return self.found - self.falsely_found

    @property
    def tells_at_least(self) -> Floats:
        """Its lower 95 % limit."""
        variance = self.var_found + self.var_falsely - 2 * self.covariance
        return self.tells - Z * np.sqrt(np.maximum(variance, 0.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Coefficients of both rates on the columns of a design, and their covariance (all of found,
    then all of falsely found)."""

    found: Floats
    falsely_found: Floats
    covariance: Floats
    least: tuple[float, float]  # half a post of all: neither rate is ever 0 or 1

    def at(self, columns: Floats) -> Errors:
        """The rates where the design has these columns, a row a bin."""
        zeros = np.zeros_like(columns)
        first, second = np.hstack([columns, zeros]), np.hstack([zeros, columns])
        return Errors(
            found=np.clip(columns @ self.found, self.least[0], 1 - self.least[0]),
            falsely_found=np.clip(columns @ self.falsely_found, self.least[1], 1 - self.least[1]),
            var_found=quadratic(first, self.covariance, first),
            var_falsely=quadratic(second, self.covariance, second),
            covariance=quadratic(first, self.covariance, second),
        )


def flat(place: Floats, _phase: Ints) -> Floats:
    """One rate for the whole window."""
    return np.ones((len(place), 1))


def line(place: Floats, _phase: Ints) -> Floats:
    """A rate that drifts evenly: from the first post to the last along a straight line."""
    return np.column_stack([np.ones_like(place), place - 0.5])


def stepped(_place: Floats, phase: Ints) -> Floats:
    """A rate of its own for each phase; all phases occur."""
    columns: Floats = (phase[:, None] == np.arange(phase.max() + 1)).astype(np.float64)
    return columns


def with_beside(columns: Floats, beside: Bools | Floats) -> Floats:
    """The columns of a design, and one more: whether another target is spoken against too. What
    the model errs is then another number there, at all times."""
    return np.column_stack([columns, beside])


def fit(labels: Labels, columns: Floats) -> Fit:
    """Both rates by weighted least squares, a row of ``columns`` a label. Half a post found and
    half a post missed are added to each class, spread over the window as all posts are, so that
    no rate is 0 or 1 and none is sure where nothing was labelled. Covariance: the sandwich, with
    authors as clusters and cells as strata, as weights were fitted to the cells."""
    width = columns.shape[1]
    influence = np.zeros((len(columns), 2 * width))
    invented = np.zeros((2 * width, 2 * width))
    rates = []
    for place, rows in ((0, labels.truth), (1, ~labels.truth)):
        part = slice(place * width, (place + 1) * width)
        rate, bread, added = _class(labels, columns, rows)
        rest = labels.weight * rows * (labels.predicted - columns @ rate)
        influence[:, part] = rest[:, None] * (columns @ bread)
        invented[part, part] = added
        rates.append(rate)
    return Fit(
        found=rates[0],
        falsely_found=rates[1],
        covariance=invented + _scatter(influence, labels),
        least=(0.5 / (labels.truth.sum() + 1), 0.5 / ((~labels.truth).sum() + 1)),
    )


def _class(labels: Labels, columns: Floats, rows: Bools) -> tuple[Floats, Floats, Floats]:
    """Rate of one class, the inverse of its normal matrix, and the variance of what was added."""
    weight = labels.weight * rows
    all_ = labels.weight.sum()
    spread = (columns * labels.weight[:, None]).T @ columns / all_
    mean = columns.T @ labels.weight / all_
    # A post missed weighs as much as others that the model did not find, one found as those found.
    missed, hit = _mean(labels.weight, ~labels.predicted), _mean(labels.weight, labels.predicted)
    normal = (columns * weight[:, None]).T @ columns + spread * (missed + hit) / 2
    bread = np.linalg.inv(normal)
    rate = bread @ (columns.T @ (weight * labels.predicted) + mean * hit / 2)
    whole = float(mean @ rate)
    added = (missed**2 * whole**2 + hit**2 * (1 - whole) ** 2) / 2
    return rate, bread, added * bread @ spread @ bread


def _scatter(influence: Floats, labels: Labels) -> Floats:
    """Sum over cells of the scatter of authors' influence around the cell's mean, less what a
    sample that is a good part of all posts knows better."""
    total = np.zeros((influence.shape[1], influence.shape[1]))
    for cell in np.unique(labels.cell):
        inside = labels.cell == cell
        _, author = np.unique(labels.author[inside], return_inverse=True)
        sums = np.zeros((author.max() + 1, influence.shape[1]))
        np.add.at(sums, author, influence[inside])
        around = sums - sums.mean(axis=0) if len(sums) > 1 else sums
        stands_for = max(float(labels.weight[inside].sum()), 1.0)
        unseen = max(1 - inside.sum() / stands_for, 0.0)
        total += around.T @ around * (unseen * len(sums) / max(len(sums) - 1, 1))
    return total


def confusion(labels: Labels) -> Confusion:
    """What the labels say of the model over the whole window."""
    whole = fit(labels, np.ones((len(labels.truth), 1))).at(np.ones((1, 1)))
    return Confusion(
        found=_rate(whole.found, whole.var_found),
        falsely_found=_rate(whole.falsely_found, whole.var_falsely),
        with_stance=int(labels.truth.sum()),
        without=int((~labels.truth).sum()),
    )


def _rate(value: Floats, variance: Floats) -> Rate:
    half = Z * float(variance[0]) ** 0.5
    share = float(value[0])
    return Rate(value=share, low=max(0.0, share - half), high=min(1.0, share + half))


def quadratic(left: Floats, matrix: Floats, right: Floats) -> Floats:
    """left · matrix · right, a row a bin."""
    product: Floats = np.einsum("bi,ij,bj->b", left, matrix, right)
    return product


def _mean(values: Floats, rows: Bools) -> float:
    return float(values[rows].mean()) if rows.any() else 0.0
