"""When no band is drawn, and why, in words; the thresholds are those the simulation bore out."""

from groundswell.estimate.confusion import Confusion
from groundswell.estimate.counts import Bin
from groundswell.estimate.figures import of_model

# With 60 labels bands covered 92 %, with 100 they hold; in a class, 10 do as well as 30.
LEAST_LABELS = 100
LEAST_IN_CLASS = 10  # labels with the stance, and without it
LEAST_TELLING = 0.1  # lower 95 % limit of found less falsely found
# Bands hold with fewer authors too, but then one more account moves them.
LEAST_AUTHORS = 20
LEAST_EFFECTIVE = 10  # authors, if all wrote equally much
WIDEST = 0.5  # a band that says "a quarter to three quarters" says nothing
DRIFT_P = 0.05  # below it, labels do not lie on the line that a model drifting evenly would give


def too_few_labels(labels: int, with_stance: int, stance: str) -> str | None:
    """Why these labels are not enough for any band, None if they are."""
    if labels < LEAST_LABELS:
        return (
            f"No interval: {labels} labels, {LEAST_LABELS} are needed. "
            f"{_more(LEAST_LABELS - labels)}."
        )
    for count, which in ((with_stance, stance), (labels - with_stance, f"not {stance}")):
        if count < LEAST_IN_CLASS:
            return (
                f"No interval: {count} of {labels} labelled posts are {which}, "
                f"{LEAST_IN_CLASS} are needed. {_more(LEAST_IN_CLASS - count)} of this kind."
            )
    return None


def read_by_many(versions: int) -> str | None:
    """Why posts that several versions of a model have read give no band; None with one."""
    if versions <= 1:
        return None
    return (
        f"No interval: {versions} versions of the model have read the labelled posts, and "
        "each errs in its own way. Score all posts again with the newest."
    )


def drawn_for_another(kept: int, others: int) -> str | None:
    """Why labels of posts that were drawn for another query give no band. None without such, or
    with enough ``kept`` beside them."""
    if not others or kept >= LEAST_LABELS:
        return None
    return (
        f"No interval: {others} of {kept + others} labelled posts were drawn for another "
        f"query of this topic. Draw anew; {LEAST_LABELS - kept} more are needed."
    )


def drifting(thinnest: int, stance: str) -> str:
    """Why a model that drifts unevenly has no band; ``thinnest`` is the least number of labels of
    one kind in a phase, below ``LEAST_IN_CLASS``."""
    return (
        f"No interval: how often the model finds posts {stance} changes over time, and a part "
        f"of the window has only {thinnest} labels of one kind, {LEAST_IN_CLASS} are needed in "
        f"each. {_more(LEAST_IN_CLASS - thinnest)} of it there."
    )


def too_bunched(phases: int, bins: int) -> str | None:
    """Why labels that lie in one part of the window give no band, None if they give one."""
    if phases > 1 or bins < 3:
        return None
    return (
        "No interval: the labels lie too close together in time to tell whether the model stays as "
        "good. Label posts of the beginning, the middle and the end."
    )


def too_few_authors(bin_: Bin) -> str | None:
    """Why a bin has too few authors for a band, None if enough."""
    if bin_.authors < LEAST_AUTHORS:
        return (
            f"No interval: {bin_.authors} accounts, {LEAST_AUTHORS} are needed. Choose longer bins."
        )
    if bin_.effective_authors < LEAST_EFFECTIVE:
        return (
            f"No interval: a few of {bin_.authors} accounts wrote most of the posts, which "
            f"count as {bin_.effective_authors:.0f} accounts; {LEAST_EFFECTIVE} are needed. "
            "Choose longer bins."
        )
    return None


def telling_too_little(at_least: float, confusion: Confusion, stance: str) -> str | None:
    """Why a model that hardly tells has no band, None if it tells."""
    if at_least >= LEAST_TELLING:
        return None
    return (
        f"No interval: by the labels {of_model(confusion, stance)}; that is too close, or too few "
        "labels to be sure that it is not."
    )


def not_fitting(low: float, high: float, stance: str) -> str | None:
    """Why there is no band around a share that no true share explains; ``low`` and ``high`` are
    the band before it is cut to 0 and 1, not a number if nothing fits. None if it meets them."""
    if high > 0.0 and low < 1.0:
        return None
    few = "fewer" if high <= 0.0 else "more" if low >= 1.0 else "fewer or more"
    return (
        f"No interval: the model calls {few} posts {stance} than its errors on the labelled posts "
        "allow. It does not fit this time; label posts of it."
    )


def too_wide(width: float) -> str | None:
    """Why a band so wide is not drawn, None if it is. ``width`` is best that of a share of one
    half: to refuse by the width at the share found would draw a band only where that, by chance,
    lies near 0 or 1, and such bands covered 80 %."""
    if width <= WIDEST:
        return None
    return (
        f"No interval: it would be {min(width, 1.0) * 100:.0f} points wide at a share of one half, "
        f"{WIDEST * 100:.0f} are too many. Label more posts or choose longer bins."
    )


def _more(count: int) -> str:
    return f"Label {count} more"
