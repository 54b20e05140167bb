"""What an estimate is made from: counts of a bin of time, and posts that people have labelled."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime

Z = 1.959963984540054  # of the normal distribution, 2.5 % left out on either side


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Posts of one stretch of time that speak of the target, from ``start`` (aware UTC) to the
    next bin's. ``hits`` are those the model gave the stance in question; posts it did not score
    are in ``posts`` and no hits. With n posts and k hits an author, ``hits_sq`` is the sum of k²
    over ``authors``, ``hits_posts`` of k·n, ``posts_sq`` of n²: all that authors matter for.
    ``beside_posts`` of them the model also finds against another target of the topic, and
    ``beside_hits`` of these are hits."""

    start: datetime
    posts: int
    hits: int
    authors: int
    hits_sq: int
    hits_posts: int
    posts_sq: int
    beside_posts: int = 0
    beside_hits: int = 0

    @property
    def naive(self) -> float | None:
        """The share the model found, uncorrected; None without posts."""
        return self.hits / self.posts if self.posts else None

    @property
    def effective_authors(self) -> float:
        """How many authors who write equally much would be worth as much: (Σn)²/Σn²."""
        return self.posts**2 / self.posts_sq if self.posts_sq else 0.0

    @property
    def scatter(self) -> float:
        """Sum over authors of (hits − share · posts)², the raw stuff of the share's variance."""
        share = self.naive or 0.0
        return self.hits_sq - 2 * share * self.hits_posts + share**2 * self.posts_sq


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """A post somebody labelled. ``truth``: it has the stance; ``predicted``: the model says so
    (not scored is no), and ``beside`` that it is against another target. ``at`` is aware UTC,
    ``author`` None where unknown, ``weight`` how many posts it stands for in the sample drawn."""

    at: datetime
    truth: bool
    predicted: bool
    author: Hashable | None = None
    weight: float = 1.0
    beside: bool = False


def naive_band(share: float, posts: int) -> tuple[float, float]:
    """The usual 95 % band of a share, which knows of no errors of the model and no authors: shown
    beside ours in benchmarks only, as it covers the truth in 0 to 60 of 100 cases."""
    half = Z * (share * (1 - share) / posts) ** 0.5
    return max(0.0, share - half), min(1.0, share + half)
