"""How far the shares of two groups of posts lie apart, where no author wrote in both.

Accounts of two sources are never the same account here, so what chance does to one share it does
not do to the other, and variances add up. A person with an account on both makes the two shares
move together; the interval is then too wide rather than too narrow.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from groundswell.estimate import refusal
from groundswell.estimate.authors import alike, of_posts
from groundswell.estimate.confusion import Errors
from groundswell.estimate.counts import Bin, Gold, Z
from groundswell.estimate.labels import Labels, lay_out
from groundswell.estimate.window import powered

LEAST_POSTS = 30  # of each group


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One group: its posts as one bin whose authors are counted over the whole time, the labels
    that people gave to posts of this group, and a reason, known beforehand, why those say nothing
    of it (None if they do)."""

    whole: Bin
    gold: Sequence[Gold] = ()
    unfit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Share of the first less that of the second, −1 to 1: ``corrected`` for the model's errors in
    each, or of what the model says. ``low`` to ``high`` covers in 95 of 100 cases the difference of
    the rates at which the accounts of either write such posts, or, uncorrected, write posts that
    the model calls such: chance of sampling alone. ``value`` is None where one has no posts, both
    ends where ``refused`` says in words why there is no interval. ``uncorrected`` says why labels
    did not correct it."""

    value: float | None
    corrected: bool
    low: float | None
    high: float | None
    refused: str | None
    uncorrected: str | None

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low is not None and self.high is not None and not self.low <= 0 <= self.high


def difference(first: Side, second: Side, *, stance: str = "of this stance") -> Difference:
    """``first`` less ``second``. Corrected only where the labels of both suffice: one corrected
    share and one that is not differ by the model's errors too. ``stance`` stands in reasons after
    "posts"."""
    sides = (first, second)
    if not all(side.whole.posts for side in sides):
        return _none("One of the two has no posts.")
    laid = [lay_out([side.whole], side.gold)[1] for side in sides]
    why = [_too_little(*pair, stance) for pair in zip(sides, laid, strict=True)]
    uncorrected = why[0] or why[1]
    refused = _refused(first.whole) or _refused(second.whole)
    found = _by_model(first.whole, second.whole) if uncorrected else _corrected(sides, laid)
    value, low, high = found
    return Difference(
        value=value,
        corrected=uncorrected is None,
        low=None if refused else max(low, -1.0),
        high=None if refused else min(high, 1.0),
        refused=refused,
        uncorrected=uncorrected,
    )


def _by_model(first: Bin, second: Bin) -> tuple[float, float, float]:
    """Newcombe's interval (1998, method 10): as far from the difference as the two shares' own
    limits are from them, squared and added. Unlike twice the standard error it holds for shares
    near 0 too."""
    alike_by = alike([first, second], _no_errors(2)).stance
    one, other = first.hits / first.posts, second.hits / second.posts
    low, high = _wilson(one, _worth(first, alike_by))
    other_low, other_high = _wilson(other, _worth(second, alike_by))
    value = one - other
    below = ((one - low) ** 2 + (other_high - other) ** 2) ** 0.5
    above = ((high - one) ** 2 + (other - other_low) ** 2) ** 0.5
    return value, value - below, value + above


def _wilson(share: float, posts: float) -> tuple[float, float]:
    """Wilson's 95 % interval of a share of so many independent posts."""
    scale = 1 + Z**2 / posts
    middle = (share + Z**2 / (2 * posts)) / scale
    half = Z * (share * (1 - share) / posts + Z**2 / (4 * posts**2)) ** 0.5 / scale
    return max(0.0, middle - half), min(1.0, middle + half)


def _worth(bin_: Bin, alike_by: float) -> float:
    """How many posts of so many authors would tell as much: by how alike posts of an author are in
    both groups, or by the scatter of this group's own authors, whichever is fewer. The first alone
    covered down to 92 of 100, where accounts that write much are few; the second 88, where those
    of them with the stance happen to be missing, and with them all scatter. Taken by the quantile
    for few authors, after Korn and Graubard (1998)."""
    share, authors = bin_.hits / bin_.posts, bin_.authors
    variance = bin_.scatter / bin_.posts**2 * authors / max(authors - 1, 1)
    worth = 1 / float(of_posts([bin_], alike_by)[0])
    own = share * (1 - share) / variance if variance > 0 else bin_.effective_authors
    few = (Z / _quantile(max(bin_.effective_authors - 1, 1.0))) ** 2
    return max(min(worth, own) * few, 1.0)


def _no_errors(bins: int) -> Errors:
    """Errors of a model that is taken at its word."""
    none = np.zeros(bins)
    return Errors(
        found=np.ones(bins),
        falsely_found=none,
        var_found=none,
        var_falsely=none,
        covariance=none,
    )


def _corrected(sides: Sequence[Side], laid: Sequence[Labels]) -> tuple[float, float, float]:
    (one, var), (other, other_var) = (
        powered(side.whole, labels) for side, labels in zip(sides, laid, strict=True)
    )
    half = Z * (var + other_var) ** 0.5
    return one - other, one - other - half, one - other + half


def _quantile(freedom: float) -> float:
    """Of Student's distribution, 2.5 % left out on either side: Fisher's expansion, right to 0.1 %
    from nine degrees of freedom on."""
    first = (Z**3 + Z) / (4 * freedom)
    second = (5 * Z**5 + 16 * Z**3 + 3 * Z) / (96 * freedom**2)
    return Z + first + second


def _too_little(side: Side, labels: Labels, stance: str) -> str | None:
    return side.unfit or refusal.too_few_labels(len(labels.truth), int(labels.truth.sum()), stance)


def _refused(bin_: Bin) -> str | None:
    if bin_.posts < LEAST_POSTS:
        return f"No interval: one of the two has {bin_.posts} posts, {LEAST_POSTS} are needed."
    if bin_.authors < refusal.LEAST_AUTHORS:
        return (
            f"No interval: one of the two has {bin_.authors} accounts, "
            f"{refusal.LEAST_AUTHORS} are needed."
        )
    if bin_.effective_authors < refusal.LEAST_EFFECTIVE:
        return (
            f"No interval: in one of the two a few of {bin_.authors} accounts wrote most posts, "
            f"which count as {bin_.effective_authors:.0f} accounts; {refusal.LEAST_EFFECTIVE} are "
            "needed."
        )
    return None


def _none(refused: str) -> Difference:
    return Difference(
        value=None, corrected=False, low=None, high=None, refused=refused, uncorrected=None
    )
