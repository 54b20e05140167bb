"""How alike posts of one author are: what makes a share less sure than its number of posts says."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from groundswell.estimate.confusion import LEAST_TELLS, Errors
from groundswell.estimate.counts import Bin
from groundswell.estimate.labels import Floats

# Sums of cubes are not kept; this is Σn³·Σn/(Σn²)² where few write much (2.2 for Zipf's law cut
# at 40 posts). It matters only where authors are few: 3 % of the variance with 100 of them.
SKEW = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Correlation, 0 to 1, between two posts of one author in a bin: of ``stance``, and of the
    model's ``mistakes``."""

    stance: float
    mistakes: float


def of_posts(bins: Sequence[Bin], likeness: float) -> Floats:
    """Of each bin, how much of one post's variance is left in the mean of all, where two posts of
    one author correlate so: 1/n for posts apart, 1 for one author of posts that are all alike."""
    posts, squares = _sizes(bins)
    return 1 / posts + (squares - posts) / posts**2 * likeness


def alike(bins: Sequence[Bin], errors: Errors) -> Alike:
    """Both correlations, from the scatter of authors in all ``bins`` at once: one bin of a few
    authors says little, and least where it is needed, at shares near 0 and 1."""
    posts, squares = _sizes(bins)
    share = np.array([bin_.hits for bin_ in bins]) / posts
    scatter = np.array([bin_.scatter for bin_ in bins])
    tells = np.maximum(errors.tells, LEAST_TELLS)
    true = np.clip((share - errors.falsely_found) / tells, 0.0, 1.0)
    between = errors.tells**2 * true * (1 - true)
    within = true * errors.found * (1 - errors.found)
    within += (1 - true) * errors.falsely_found * (1 - errors.falsely_found)
    alone, together = _expected(posts, squares)
    all_ = np.maximum(share * (1 - share), 1 / posts)
    stance, mistakes = _solved(
        together * between,
        together * within,
        scatter - alone * share * (1 - share),
        posts**2 / squares / (all_ * squares) ** 2,
    )
    return Alike(stance=stance, mistakes=mistakes)


def true_variance(whole: Bin, share: float, errors: Errors) -> float:
    """Variance of the share of posts that truly have the stance, if its rate is ``share``, by
    which authors happened to write. One bin cannot tell likeness of stance from that of mistakes:
    all that is seen is laid to stance, the more careful of the two."""
    posts, squares = _sizes([whole])
    found = whole.hits / whole.posts
    alone, together = _expected(posts, squares)
    seen = whole.scatter - float(alone[0]) * found * (1 - found)
    stance = _cut(seen, float(together[0] * errors.tells[0] ** 2) * share * (1 - share))
    pairs = float(squares[0] - posts[0]) / whole.posts**2
    return share * (1 - share) * (1 / whole.posts + pairs * stance)


def _expected(posts: Floats, squares: Floats) -> tuple[Floats, Floats]:
    """What the scatter is made of: so many times the variance of a post, and so many times the
    covariance of two posts of one author; less what is lost as the share is an estimate itself."""
    alone = posts - squares / posts
    whole = squares * (1 - (2 * SKEW - 1) * squares / posts**2)
    return alone, np.maximum(whole - alone, 0.0)


def _solved(first: Floats, second: Floats, seen: Floats, weight: Floats) -> tuple[float, float]:
    """Least squares of ``seen`` on both with coefficients from 0 to 1: the best of the solution
    inside and those along each edge."""
    a, b = float(weight @ first**2), float(weight @ second**2)
    both = float(weight @ (first * second))
    x, y = float(weight @ (first * seen)), float(weight @ (second * seen))
    found = a * b - both**2

    def loss(one: float, two: float) -> float:
        return a * one**2 + 2 * both * one * two + b * two**2 - 2 * (x * one + y * two)

    tried = [(one, _cut(y - both * one, b)) for one in (0.0, 1.0)]
    tried += [(_cut(x - both * two, a), two) for two in (0.0, 1.0)]
    if found > 1e-9 * a * b:
        inside = (b * x - both * y) / found, (a * y - both * x) / found
        if all(0 <= one <= 1 for one in inside):
            return inside
    return min(tried, key=lambda pair: loss(*pair))


def _cut(over: float, under: float) -> float:
    return min(max(over / under, 0.0), 1.0) if under > 0 else 0.0


def _sizes(bins: Sequence[Bin]) -> tuple[Floats, Floats]:
    posts = np.array([bin_.posts for bin_ in bins], dtype=np.float64)
    return posts, np.array([bin_.posts_sq for bin_ in bins], dtype=np.float64)
