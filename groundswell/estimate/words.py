"""Sentences for what is drawn: a share with its band and with all that stands behind it."""

from groundswell.estimate.correction import Band, Estimate
from groundswell.estimate.counts import Bin
from groundswell.estimate.figures import counted, of_model, percent
from groundswell.estimate.window import Total


def of_band(band: Band, bin_: Bin, labels: int, stance: str) -> str:
    """One bin, as in "41% against OpenAI (95% interval 36–46%), 1,204 posts by 873 accounts,
    210 labels". ``stance`` as in "against OpenAI"; why there is no interval stands in the band."""
    return _said(band, bin_, labels, stance)


def of_total(total: Total, whole: Bin, stance: str) -> str:
    """The whole window in a sentence of the same kind."""
    return _said(total, whole, total.labels, stance)


def of_estimate(estimate: Estimate, stance: str) -> str:
    """What one must know of all bands of a chart: why there are none, or how many there are and
    what the labels say of the model."""
    if estimate.refused:
        return f"{estimate.refused} The line is what the model says, uncorrected."
    drawn = sum(band.low is not None for band in estimate.bands)
    said = [f"{drawn} of {counted(len(estimate.bands), 'share')} with a 95% interval."]
    if estimate.confusion:
        by = f"By {counted(estimate.labels, 'label')} {of_model(estimate.confusion, stance)}"
        said.append(f"{by}; shares are corrected for that.")
    if estimate.by_part:
        said.append("Posts that it also finds against another target were corrected by themselves.")
    if estimate.by_phase:
        said.append("It is not equally good at all times, so labels correct their own time only.")
    return " ".join(said)


def basis_of(one: Band | Total) -> str:
    """What a share rests on, as in "95% interval 36–46%" or "as the model says, no interval"."""
    if one.low is not None and one.high is not None:
        return f"95% interval {one.low * 100:.0f}–{one.high * 100:.0f}%"
    return "no interval" if one.corrected else "as the model says, no interval"


def _said(one: Band | Total, bin_: Bin, labels: int, stance: str) -> str:
    if one.share is None:
        return "No posts"
    basis = f"{counted(bin_.posts, 'post')} by {counted(bin_.authors, 'account')}"
    if one.corrected:
        basis += f", {counted(labels, 'label')}"
    return f"{percent(one.share)} {stance} ({basis_of(one)}), {basis}"
