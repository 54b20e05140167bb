"""The share of posts with a stance in each bin of time, corrected for the model's errors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from groundswell.estimate import parts, refusal
from groundswell.estimate.authors import Alike, alike
from groundswell.estimate.confusion import (
    Confusion,
    confusion,
    fit,
    flat,
    line,
    stepped,
    with_beside,
)
from groundswell.estimate.counts import Bin, Gold, naive_band
from groundswell.estimate.drift import Drift, drift
from groundswell.estimate.labels import Floats, Labels, Layout, lay_out
from groundswell.estimate.solved import Solved, solved


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """One bin, from ``start`` (aware UTC). ``share`` of its posts with the stance, 0 to 1:
    corrected for the model's errors if ``corrected``, else as the model says; None without posts.
    ``low`` to ``high`` covers in 95 of 100 cases the rate at which the accounts of that time
    write such posts; None where ``refused`` says in words why there is no band. ``naive``, to
    ``naive_high``, is what one would draw who knew nothing of errors and accounts."""

    start: datetime
    share: float | None
    corrected: bool
    low: float | None
    high: float | None
    naive: float | None
    naive_low: float | None
    naive_high: float | None
    refused: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A band a bin, in the order given. ``refused``: why no bin at all has a band, None if some
    may. ``confusion``: what the labels say of the model; None with no label of one kind.
    ``drift``: whether it gets better or worse; None with too few labels to ask. ``by_phase``: it
    does, and the labels of each phase correct the bins of that phase only. ``by_part``: posts that
    the model also finds against another target were corrected by labels of such posts.
    ``alike``: how alike posts of one account are; None without correction."""

    bands: tuple[Band, ...]
    labels: int
    refused: str | None
    confusion: Confusion | None
    drift: Drift | None
    by_phase: bool
    by_part: bool
    alike: Alike | None


def bands(
    bins: Sequence[Bin],
    gold: Sequence[Gold],
    *,
    stance: str = "of this stance",
    unfit: str | None = None,
) -> Estimate:
    """Corrected shares with 95 % bands. ``bins`` in order of time; labels before the first are
    not counted. ``stance`` stands in reasons after "posts", as "against OpenAI" does; ``unfit``
    is a reason, known beforehand, why the labels say nothing of the bins.

    Pass the whole window, then show a part of it: labels of all of it count.
    """
    shown = [bin_ for bin_ in bins if bin_.posts > 0]
    if not shown:
        return _uncorrected(bins, 0, "No interval: there are no posts.", None, None)
    layout, labels = lay_out(shown, gold)
    count, with_stance = len(labels.truth), int(labels.truth.sum())
    about = confusion(labels) if 0 < with_stance < count else None
    refused = unfit or refusal.too_few_labels(count, with_stance, stance)
    refused = refused or refusal.too_bunched(layout.phases, len(shown))
    drifts = drift(labels, layout.phases)
    thinnest = _thinnest(labels)
    enough = thinnest >= refusal.LEAST_IN_CLASS
    by_phase = drifts is not None and drifts.equal_p < refusal.DRIFT_P and enough
    if drifts and drifts.straight_p < refusal.DRIFT_P and not by_phase:
        refused = refused or refusal.drifting(thinnest, stance)
    if refused or about is None:
        return _uncorrected(bins, count, refused, about, drifts)
    corrected = _corrected(shown, labels, layout, by_phase)
    made = {
        bin_.start: _band(bin_, one, telling, about, stance)
        for bin_, one, telling in zip(shown, corrected.bins, corrected.telling, strict=True)
    }
    return Estimate(
        bands=tuple(made.get(bin_.start) or _bare(bin_, "No posts.") for bin_ in bins),
        labels=count,
        refused=None,
        confusion=about,
        drift=drifts,
        by_phase=by_phase,
        by_part=labels.parted,
        alike=corrected.alike,
    )


def _uncorrected(
    bins: Sequence[Bin],
    labels: int,
    refused: str | None,
    about: Confusion | None,
    drifts: Drift | None,
) -> Estimate:
    return Estimate(
        bands=tuple(_bare(bin_, refused if bin_.posts else "No posts.") for bin_ in bins),
        labels=labels,
        refused=refused,
        confusion=about,
        drift=drifts,
        by_phase=False,
        by_part=False,
        alike=None,
    )


def _thinnest(labels: Labels) -> int:
    """Labels of the rarer kind in the phase that has fewest of them."""
    phases = int(labels.phase.max(initial=0)) + 1
    return int(np.bincount(2 * labels.phase + labels.truth, minlength=2 * phases).min())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Corrected:
    """Of each bin what is solved, and how well the model tells there at least."""

    bins: list[Solved]
    telling: Floats
    alike: Alike


def _corrected(bins: Sequence[Bin], labels: Labels, layout: Layout, by_phase: bool) -> _Corrected:
    """Where labels show no drift the model's errors may still drift evenly: a drift that matters
    is not found by a test on a few hundred labels, and leaving it out costs more than allowing for
    it. For the same reason both parts have errors of their own wherever labels are enough."""
    design = stepped if by_phase else line if layout.phases > 1 else flat
    columns, of_bins = design(labels.place, labels.phase), design(layout.place, layout.phase)
    fitted = fit(labels, columns)
    split = parts.whole(bins, fitted, of_bins)
    together = alike(bins, split[0].errors)  # of both parts at once: sums of authors know no parts
    if labels.parted:
        fitted = fit(labels, with_beside(columns, labels.beside))
        split = parts.both(bins, fitted, of_bins)
    return _Corrected(
        bins=solved(bins, split, fitted.covariance, together),
        telling=parts.tells_at_least(split),
        alike=together,
    )


def _band(bin_: Bin, solved: Solved, telling: float, about: Confusion, stance: str) -> Band:
    refused = (
        refusal.telling_too_little(telling, about, stance)
        or refusal.too_few_authors(bin_)
        or refusal.too_wide(solved.width)
        or refusal.not_fitting(solved.low, solved.high, stance)
    )
    naive = bin_.hits / bin_.posts
    naive_low, naive_high = naive_band(naive, bin_.posts)
    return Band(
        start=bin_.start,
        share=_cut(solved.share),
        corrected=True,
        low=None if refused else _cut(solved.low),
        high=None if refused else _cut(solved.high),
        naive=naive,
        naive_low=naive_low,
        naive_high=naive_high,
        refused=refused,
    )


def _bare(bin_: Bin, refused: str | None) -> Band:
    """A bin without correction."""
    naive = bin_.naive
    low, high = naive_band(naive, bin_.posts) if naive is not None else (None, None)
    return Band(
        start=bin_.start,
        share=naive,
        corrected=False,
        low=None,
        high=None,
        naive=naive,
        naive_low=low,
        naive_high=high,
        refused=refused,
    )


def _cut(share: float) -> float:
    """Cut to 0 and 1: for what is shown, never for what is reckoned with."""
    return min(max(float(share), 0.0), 1.0)
