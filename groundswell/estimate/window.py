"""One share for the whole window: prediction-powered inference, clustered by author.

The formula is that of PPI++ (Angelopoulos, Duchi and Zrnic, arXiv 2311.01453), whose library
``ppi-python`` asks for numba, scikit-learn and statsmodels, 480 MB for ten lines, and knows neither
authors nor drawn strata; its numbers are in the tests.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from groundswell.estimate import refusal
from groundswell.estimate.authors import true_variance
from groundswell.estimate.confusion import fit
from groundswell.estimate.counts import Bin, Gold, Z, naive_band
from groundswell.estimate.labels import Labels, lay_out


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """The share of all posts of a window with the stance, 0 to 1: corrected with its 95 % band
    ``low`` to ``high``, or as the model says and without one where ``refused`` says in words why.
    ``share`` is None without posts. ``labels`` stand behind it."""

    share: float | None
    corrected: bool
    low: float | None
    high: float | None
    naive: float | None
    naive_low: float | None
    naive_high: float | None
    labels: int
    refused: str | None


def total(
    whole: Bin,
    gold: Sequence[Gold],
    *,
    stance: str = "of this stance",
    unfit: str | None = None,
) -> Total:
    """The share of the posts of ``whole``, one bin from the window's start to its end, whose
    authors are counted over the whole window. ``stance`` stands in reasons after "posts";
    ``unfit`` is a reason, known beforehand, why the labels say nothing."""
    if not whole.posts:
        return _uncorrected(whole, 0, "No interval: there are no posts.")
    _, labels = lay_out([whole], gold)
    count = len(labels.truth)
    refused = unfit or refusal.too_few_labels(count, int(labels.truth.sum()), stance)
    if refused:
        return _uncorrected(whole, count, refused)
    share, variance = powered(whole, labels)
    half = Z * variance**0.5
    low, high = max(0.0, share - half), min(1.0, share + half)
    refused = refusal.too_few_authors(whole) or refusal.too_wide(high - low)
    return replace(
        _uncorrected(whole, count, refused),
        share=share,
        corrected=True,
        low=None if refused else low,
        high=None if refused else high,
    )


def powered(whole: Bin, labels: Labels) -> tuple[float, float]:
    """The prediction-powered share and its variance. With a model that answers yes or no, the
    best power (lambda of PPI++) is the share of truth among its yes less that among its no, and
    the share is each of these times how often the model says so in all posts.

    Its variance is that of the true share of these posts, by authors, and that of drawing the
    labelled ones from them. Where each author wrote one post it is that of the library, which takes
    labels for posts apart, and so would miss most of what authors do."""
    turned = replace(labels, truth=labels.predicted, predicted=labels.truth)
    one, row = np.ones((len(labels.truth), 1)), np.ones((1, 1))
    true = fit(turned, one).at(row)  # of what the model says yes to, and of the rest
    yes = whole.hits / whole.posts
    share = float(yes * true.found[0] + (1 - yes) * true.falsely_found[0])
    drawn = (
        yes**2 * true.var_found[0]
        + (1 - yes) ** 2 * true.var_falsely[0]
        + 2 * yes * (1 - yes) * true.covariance[0]
    )
    return share, float(drawn) + true_variance(whole, share, fit(labels, one).at(row))


def _uncorrected(whole: Bin, labels: int, refused: str | None) -> Total:
    naive = whole.naive
    ends = naive_band(naive, whole.posts) if naive is not None else (None, None)
    return Total(
        share=naive,
        corrected=False,
        low=None,
        high=None,
        naive=naive,
        naive_low=ends[0],
        naive_high=ends[1],
        labels=labels,
        refused=refused,
    )
