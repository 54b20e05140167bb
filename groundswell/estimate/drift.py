"""Whether the model errs more at some times than at others: chi-square tests over the phases."""

from dataclasses import dataclass
from math import exp, factorial

import numpy as np

from groundswell.estimate.confusion import Design, fit, flat, line, with_beside
from groundswell.estimate.labels import Floats, Labels

LEAST_PHASES = 3  # two lie on every line


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """How likely the phases are to differ as much as they do, if the model were equally good at
    all times (``equal_p``), and if it got better or worse evenly (``straight_p``)."""

    equal_p: float
    straight_p: float


def drift(labels: Labels, phases: int) -> Drift | None:
    """The two tests, of both kinds of error at once; None with fewer than three phases."""
    if phases < LEAST_PHASES:
        return None
    return Drift(
        equal_p=chance(_misfit(labels, phases, flat), 2 * (phases - 1)),
        straight_p=chance(_misfit(labels, phases, line), 2 * (phases - 2)),
    )


def _misfit(labels: Labels, phases: int, believed: Design) -> float:
    """Chi-square of the phases' errors around a design, by generalised least squares. Variances
    are those that the design, if true, would give: those of a dozen labels by themselves are too
    small by chance, and a test with them finds drift in every third story without any."""
    numbers = np.arange(phases)
    sizes: Floats = np.bincount(labels.phase, labels.weight, phases).astype(np.float64)
    place = np.bincount(labels.phase, weights=labels.weight * labels.place) / sizes
    columns = believed(place, numbers)
    off, inverse = _seen(labels, _expected(labels, believed), sizes)
    design = np.stack([np.kron(np.eye(2), row) for row in columns])
    normal = np.einsum("jki,jkl,jlm->im", design, inverse, design)
    pull = np.einsum("jki,jkl,jl->i", design, inverse, off)
    square = float(np.einsum("jk,jkl,jl->", off, inverse, off))
    return max(square - float(pull @ np.linalg.pinv(normal, hermitian=True) @ pull), 0.0)


def _expected(labels: Labels, believed: Design) -> Floats:
    """Found and falsely found of each label, as the design would have them. Parts differ at all
    times; that is no drift."""
    columns = believed(labels.place, labels.phase)
    if labels.parted:
        columns = with_beside(columns, labels.beside)
    errors = fit(labels, columns).at(columns)
    return np.stack([errors.found, errors.falsely_found], axis=1)


def _seen(labels: Labels, expected: Floats, sizes: Floats) -> tuple[Floats, Floats]:
    """How far both rates of each phase are from those expected, and the inverse of the covariance
    they would then have. One label as expected is added to each class of each phase."""
    one = sizes / np.bincount(labels.phase, minlength=len(sizes))
    rates = np.stack(
        [
            np.bincount(labels.phase, labels.weight * kind, len(sizes)) / sizes
            for kind in expected.T
        ],
        axis=1,
    )
    off, classes = np.zeros_like(rates), np.zeros_like(rates)
    for kind, rows in enumerate((labels.truth, ~labels.truth)):
        weight = labels.weight * rows
        rest = weight * (labels.predicted - expected[:, kind])
        classes[:, kind] = np.bincount(labels.phase, weights=weight, minlength=len(sizes)) + one
        off[:, kind] = np.bincount(labels.phase, weights=rest, minlength=len(sizes))
    covariance = np.zeros((len(sizes), 2, 2))
    for predicted in (0, 1):
        inside = labels.predicted == bool(predicted)
        squares = np.bincount(labels.phase, weights=labels.weight**2 * inside, minlength=len(sizes))
        # Of the posts called so, this share has the stance: what sampling can change.
        said = classes * np.abs(1 - predicted - rates)
        true = said[:, 0] / said.sum(axis=1)
        step = (predicted - rates) / classes * np.array([1.0, -1.0])
        scatter = squares * true * (1 - true)
        covariance += scatter[:, None, None] * step[:, :, None] * step[:, None, :]
    # A model that cannot tell at all sees one rate where there are two, and the inverse is not.
    return off / classes, np.linalg.pinv(covariance, hermitian=True).astype(np.float64)


def chance(square: float, freedom: int) -> float:
    """How likely a chi-square with an even number of degrees of freedom is to be larger."""
    terms = ((square / 2) ** n / factorial(n) for n in range(freedom // 2))
    return exp(-square / 2) * sum(terms)
