"""Shares of posts with bands that hold: what a model said, corrected by posts that people read."""

from groundswell.estimate.confusion import Confusion, Rate
from groundswell.estimate.correction import Band, Estimate, bands
from groundswell.estimate.counts import Bin, Gold
from groundswell.estimate.difference import Difference, Side, difference
from groundswell.estimate.drift import Drift
from groundswell.estimate.window import Total, total

__all__ = [
    "Band",
    "Bin",
    "Confusion",
    "Difference",
    "Drift",
    "Estimate",
    "Gold",
    "Rate",
    "Side",
    "Total",
    "bands",
    "difference",
    "total",
]
