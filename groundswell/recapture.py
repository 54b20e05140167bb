"""How many posts two independent routes both missed: capture–recapture, with its interval."""

from dataclasses import dataclass
from math import exp, lgamma

LEAST_SHARED = 10  # with fewer seen by both, the estimate says nothing that may be printed
TAIL = 0.025  # left out on either side: a 95 % interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """What share of all posts at least one of two routes found. ``first``, ``second`` and ``both``
    count the posts each and both found; ``total`` estimates how many there were, between ``low``
    and ``high`` (95 %). Right only if the routes miss posts independently of each other: what
    neither can see (a query without the word used) is not in it."""

    first: int
    second: int
    both: int
    total: float
    low: int
    high: int

    @property
    def found(self) -> int:
        """Distinct posts that either route found."""
        return self.first + self.second - self.both

    @property
    def share(self) -> float:
        """Estimated share of all posts that were found, 0 to 1."""
        return self.found / self.total

    @property
    def share_low(self) -> float:
        """Lower end of the share's 95 % interval."""
        return self.found / self.high

    @property
    def share_high(self) -> float:
        """Upper end of the share's 95 % interval."""
        return self.found / self.low


def recall(first: int, second: int, both: int) -> Recall | None:
    """Chapman's estimate of the total, (n1+1)(n2+1)/(m+1) - 1 (Chapman 1951; nearly unbiased,
    Seber 1982 §3.1), with the totals that an exact two-sided test at 5 % does not refuse: of N
    posts, n1 found by one route, the number found again among n2 is hypergeometric.

    None with fewer than ``LEAST_SHARED`` found by both. Raises ``ValueError`` when ``both`` is
    more than either.
    """
    if not 0 <= both <= min(first, second):
        raise ValueError(f"{both} found by both of {first} and {second}")
    if both < LEAST_SHARED:
        return None
    found = first + second - both
    total = (first + 1) * (second + 1) / (both + 1) - 1
    return Recall(
        first=first,
        second=second,
        both=both,
        total=max(total, float(found)),
        low=_least(first, second, both),
        high=_most(first, second, both),
    )


def _least(first: int, second: int, both: int) -> int:
    """The smallest total at which sharing so few is not too unlikely."""
    low, high = first + second - both, max(int((first + 1) * (second + 1) / (both + 1)), 1)
    while low < high:
        middle = (low + high) // 2
        if _share_at_most(middle, first, second, both) > TAIL:
            high = middle
        else:
            low = middle + 1
    return low


def _most(first: int, second: int, both: int) -> int:
    """The largest total at which sharing so many is not too unlikely."""
    low = max(int((first + 1) * (second + 1) / (both + 1)) - 1, first + second - both)
    step = max(low, 1)
    while _share_at_least(low + step, first, second, both) > TAIL:
        step *= 2
    high = low + step
    while low < high - 1:
        middle = (low + high) // 2
        if _share_at_least(middle, first, second, both) > TAIL:
            low = middle
        else:
            high = middle
    return low


def _share_at_most(total: int, first: int, second: int, both: int) -> float:
    """P(at most ``both`` found again), summed downwards from there until nothing is added."""
    return _tail(total, first, second, both, step=-1)


def _share_at_least(total: int, first: int, second: int, both: int) -> float:
    return _tail(total, first, second, both, step=1)


def _tail(total: int, first: int, second: int, shared: int, *, step: int) -> float:
    term = exp(_log_chance(total, first, second, shared))
    least, most = max(0, first + second - total), min(first, second)
    sum_, growing = 0.0, True
    while least <= shared <= most and (growing or term > sum_ * 1e-12):
        sum_ += term
        ratio = _ratio(total, first, second, shared if step > 0 else shared - 1)
        before, term = term, term * ratio if step > 0 else (term / ratio if ratio else 0.0)
        growing = term > before
        shared += step
    return min(sum_, 1.0)


def _ratio(total: int, first: int, second: int, shared: int) -> float:
    """P(``shared`` + 1) by P(``shared``)."""
    below = (shared + 1) * (total - first - second + shared + 1)
    return (first - shared) * (second - shared) / below if below > 0 else 0.0


def _log_chance(total: int, first: int, second: int, shared: int) -> float:
    return (
        _log_choose(first, shared)
        + _log_choose(total - first, second - shared)
        - _log_choose(total, second)
    )


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
