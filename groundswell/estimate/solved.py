"""The shares that fit what was counted, given what the model errs and how alike posts are."""

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import numpy as np

from groundswell.estimate.authors import Alike, of_posts
from groundswell.estimate.confusion import Errors, quadratic
from groundswell.estimate.counts import Bin, Z
from groundswell.estimate.labels import Floats
from groundswell.estimate.parts import Part

# What stands before 1, p and p²: of a variance as a function of the true share p, a row a bin.
Square: TypeAlias = tuple[Floats, Floats, Floats]


class Solved(NamedTuple):
    """The corrected share and the band around it, not yet cut to 0 and 1, and the band's width if
    the share were one half. Ends are not a number where no share or every share fits."""

    share: float
    low: float
    high: float
    width: float


def solved(
    bins: Sequence[Bin], parts: Sequence[Part], covariance: Floats, together: Alike
) -> list[Solved]:
    """All true shares p that a two-sided test at 5 % does not refuse: (found − p)² ≤ z²·Var, where
    found is the sum of both parts' corrected shares and Var that which p itself would give.
    ``covariance`` is that of the fitted errors.

    A smaller p takes from both parts in proportion, a greater one adds to both in proportion to
    what they lack. With one part these two are the same."""
    found = sum((part.weight * part.share for part in parts), start=np.zeros(len(bins)))
    near = [np.clip(part.share, 0.0, 1.0) for part in parts]
    whole = sum((part.weight * one for part, one in zip(parts, near, strict=True)), start=0 * found)
    less = [(0 * whole, _step(one, whole)) for one in near]
    more = [(1 - step, step) for step in (_step(1 - one, 1 - whole) for one in near)]
    below = _variance(bins, parts, less, covariance, together)
    above = _variance(bins, parts, more, covariance, together)
    (low, high_below), (low_above, high) = _roots(found, below), _roots(found, above)
    constant, linear, square = (
        np.where(whole >= 0.5, one, other) for one, other in zip(below, above, strict=True)
    )
    columns = (
        found,
        np.where(low > whole, low_above, low),
        np.where(high < whole, high_below, high),
        2 * Z * np.sqrt(np.maximum(constant + linear / 2 + square / 4, 0.0)),
    )
    return [Solved(*map(float, row)) for row in zip(*columns, strict=True)]


def _step(part: Floats, whole: Floats) -> Floats:
    """How far a part's share goes when the whole's goes by 1, both being 0 together. Where there is
    nothing, both are the same."""
    step: Floats = np.where(whole > 0, part / np.where(whole > 0, whole, 1.0), 1.0)
    return step


def _variance(
    bins: Sequence[Bin],
    parts: Sequence[Part],
    lines: Sequence[tuple[Floats, Floats]],
    covariance: Floats,
    together: Alike,
) -> Square:
    """Of the corrected share, where each of ``lines`` is a part's share as its start and its step
    along the whole's: that of who wrote, p·(1−p); that of the model's mistakes among posts
    of either kind; both less, the more authors wrote; and that of the fitted errors, which weigh
    by how many posts of a kind there are."""
    between, within = of_posts(bins, together.stance), of_posts(bins, together.mistakes)
    sums = [np.zeros(len(bins)), between, -between]
    width = len(covariance)
    first, second = np.zeros((len(bins), width)), np.zeros((len(bins), width))
    for part, (start, step) in zip(parts, lines, strict=True):
        missed, false = _mistakes(part.errors)
        scale = within * part.weight / part.tells**2
        sums[0] = sums[0] + scale * (false + start * (missed - false))
        sums[1] = sums[1] + scale * step * (missed - false)
        pull = -(part.weight / part.tells)[:, None]
        first += pull * _side_by_side(start, 1 - start, part.columns)
        second += pull * _side_by_side(step, -step, part.columns)
    return (
        sums[0] + quadratic(first, covariance, first),
        sums[1] + 2 * quadratic(first, covariance, second),
        sums[2] + quadratic(second, covariance, second),
    )


def _mistakes(errors: Errors) -> tuple[Floats, Floats]:
    """Variance of the model's answer on a post with the stance, and on one without."""
    return (
        errors.found * (1 - errors.found),
        errors.falsely_found * (1 - errors.falsely_found),
    )


def _side_by_side(found: Floats, falsely: Floats, columns: Floats) -> Floats:
    return np.hstack([found[:, None] * columns, falsely[:, None] * columns])


def _roots(found: Floats, variance: Square) -> tuple[Floats, Floats]:
    """Both p of (found − p)² = z²·Var(p)."""
    constant, linear, square = variance
    a = 1 - Z**2 * square
    b = found + Z**2 * linear / 2
    c = found**2 - Z**2 * constant
    inner = b**2 - a * c
    solvable = (a > 0) & (inner >= 0)
    root = np.sqrt(np.where(solvable, inner, np.nan))
    under = np.where(solvable, a, np.nan)
    return (b - root) / under, (b + root) / under
