"""A share from a weighted sample, with an interval that does not promise too much."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

TAIL = 0.025  # left out on either side: a 95 % interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """``share`` (0…1) between ``low`` and ``high`` (95 %), as sure as ``effective`` posts drawn
    with equal chances would make it."""

    share: float
    low: float
    high: float
    effective: float


def share(sample: Sequence[tuple[bool, float]]) -> Share:
    """The share of what is true in ``sample``: pairs of whether and weight (above 0).

    Wilson's interval (1927) at the effective size, (sum of weights)² by the sum of their squares
    (Kish 1965). Raises ``ValueError`` without a sample.
    """
    if not sample:
        raise ValueError("a share of nothing")
    weights = [weight for _, weight in sample]
    whole = sum(weights)
    part = sum(weight for true, weight in sample if true)
    effective = whole**2 / sum(weight**2 for weight in weights)
    found = min(max(part / whole, 0.0), 1.0)
    low, high = _wilson(found, effective)
    return Share(share=found, low=low, high=high, effective=effective)


def _wilson(part: float, size: float) -> tuple[float, float]:
    z = NormalDist().inv_cdf(1 - TAIL)
    middle = part + z**2 / (2 * size)
    half = z * sqrt(part * (1 - part) / size + z**2 / (4 * size**2))
    shrunk = 1 + z**2 / size
    return max((middle - half) / shrunk, 0.0), min((middle + half) / shrunk, 1.0)
