"""How alike posts of one author are, from sums alone."""

import numpy as np
import pytest

from groundswell.estimate.authors import alike, of_posts
from groundswell.estimate.confusion import Errors
from groundswell.estimate.counts import Bin
from tests.groundswell.estimate.stories import grouped, single


def known(bins: int, found: float = 0.9, falsely: float = 0.1) -> Errors:
    """Errors known for sure."""
    zeros = np.zeros(bins)
    return Errors(
        found=np.full(bins, found),
        falsely_found=np.full(bins, falsely),
        var_found=zeros,
        var_falsely=zeros,
        covariance=zeros,
    )


def invented(
    share: float, stance: float, mistakes: float, seed: int, found: float, falsely: float
) -> Bin:
    """4,000 authors of 1 to 9 posts; ``stance`` and ``mistakes`` the share of authors whose posts
    are all of one stance, and all read alike."""
    chance = np.random.default_rng(seed)
    sizes = chance.integers(1, 10, 4_000)
    hits = []
    for size in sizes:
        one = chance.random() < stance
        true = np.full(size, chance.random() < share) if one else chance.random(size) < share
        draw = chance.random() if chance.random() < mistakes else chance.random(size)
        hits.append(int((draw < np.where(true, found, falsely)).sum()))
    return grouped(0, sizes.tolist(), hits)


@pytest.mark.parametrize(("stance", "mistakes"), [(0.0, 0.0), (1.0, 0.0), (0.4, 0.0), (1.0, 0.6)])
def test_both_are_found_again(stance: float, mistakes: float) -> None:
    bins = [
        invented(share, stance, mistakes, seed, 0.8, 0.2)
        for seed, share in enumerate((0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98))
    ]
    seen = alike(bins, known(len(bins), 0.8, 0.2))
    assert seen.stance == pytest.approx(stance, abs=0.1)
    assert seen.mistakes == pytest.approx(mistakes, abs=0.1)


def test_authors_of_one_post_tell_nothing_and_change_nothing() -> None:
    bins = [single(place, 1_000, 500) for place in range(3)]
    assert alike(bins, known(3)).stance == pytest.approx(0.0, abs=0.1)
    assert of_posts(bins, 1.0) == pytest.approx(1 / 1_000)


def test_one_author_of_all_posts_is_one_post() -> None:
    assert of_posts([grouped(0, [1_000], [500])], 1.0) == pytest.approx(1.0)


def test_without_likeness_all_posts_count_by_themselves() -> None:
    assert of_posts([grouped(0, [10] * 50, [5] * 50)], 0.0) == pytest.approx(1 / 500)
