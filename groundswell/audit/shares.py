"""A share from a weighted sample, with an interval that does not promise too much."""

# scipy brings no types.
# mypy: disable-error-code="import-not-found,import-untyped"

from collections.abc import Sequence
from dataclasses import dataclass

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

    Interval of Clopper and Pearson at the effective size, (sum of weights)² by the sum of their
    squares (Korn and Graubard 1998): never too narrow for equal weights. Raises ``ValueError``
    without a sample.
    """
    if not sample:
        raise ValueError("a share of nothing")
    weights = [weight for _, weight in sample]
    whole = sum(weights)
    part = sum(weight for true, weight in sample if true)
    effective = whole**2 / sum(weight**2 for weight in weights)
    found = min(max(part / whole, 0.0), 1.0)
    low, high = _exact(found * effective, effective)
    return Share(share=found, low=low, high=high, effective=effective)


def _exact(hits: float, size: float) -> tuple[float, float]:
    from scipy.stats import beta

    misses = max(size - hits, 0.0)
    low = float(beta.ppf(TAIL, hits, misses + 1)) if hits > 1e-9 else 0.0
    high = float(beta.ppf(1 - TAIL, hits + 1, misses)) if misses > 1e-9 else 1.0
    return low, high
