"""The share of a whole window: the numbers of the library that the formula is of, and refusals."""

import pytest

from groundswell.estimate import Bin, total
from tests.groundswell.estimate.stories import grouped, labelled, single

# posts, hits, labels (found, missed, falsely found, rightly not), and what ppi_mean_ci and
# ppi_mean_pointestimate of ppi-python 0.2.3 gave at alpha .05, power tuned, on such posts.
LIBRARY = [
    (20_000, 7_144, (70, 23, 31, 176), 0.3213665, 0.2789349, 0.3637981),
    (5_000, 3_284, (121, 14, 4, 61), 0.6997937, 0.6601620, 0.7394255),
    (50_000, 12_682, (47, 21, 118, 414), 0.1080781, 0.0841422, 0.1320140),
    (3_000, 1_524, (73, 4, 3, 70), 0.5144841, 0.4772224, 0.5517459),
]


@pytest.mark.parametrize(("posts", "hits", "labels", "share", "low", "high"), LIBRARY)
def test_it_is_what_the_library_gives(
    posts: int, hits: int, labels: tuple[int, int, int, int], share: float, low: float, high: float
) -> None:
    """But for half a label added to each cell, and for what the sample of all posts is of them."""
    found = total(single(0, posts, hits), labelled(*labels))
    assert found.low is not None
    assert found.high is not None
    assert found.refused is None
    assert found.share == pytest.approx(share, abs=0.005)
    assert found.high - found.low == pytest.approx(high - low, rel=0.1)


def test_without_correction_the_share_is_the_model_s() -> None:
    found = total(single(0, 1_000, 300), labelled(30, 5, 5, 22))
    assert (found.share, found.corrected, found.low, found.labels) == (0.3, False, None, 62)
    assert found.refused == "No interval: 62 labels, 100 are needed. Label 38 more."
    assert found.naive_low == pytest.approx(0.3 - 1.96 * (0.21 / 1_000) ** 0.5, abs=1e-4)


def test_authors_who_write_much_make_it_less_sure() -> None:
    gold = labelled(90, 10, 10, 90)
    alone = total(single(0, 1_000, 500), gold)
    crowd = total(grouped(0, [20] * 50, [20] * 25 + [0] * 25), gold)
    assert alone.share == crowd.share
    assert alone.low is not None
    assert crowd.low is not None
    assert crowd.low < alone.low - 0.05


def test_a_useless_model_leaves_what_the_labels_say() -> None:
    found = total(single(0, 100_000, 50_000), labelled(100, 100, 50, 50))
    assert found.share == pytest.approx(2 / 3, abs=0.01)
    assert found.low == pytest.approx(2 / 3 - 1.96 * (2 / 9 / 300) ** 0.5, abs=0.01)


def test_few_accounts_and_no_posts() -> None:
    few = total(grouped(0, [100] * 5, [80] * 5), labelled(90, 10, 10, 90))
    assert few.corrected
    assert "5 accounts" in (few.refused or "")
    none = Bin(
        start=single(0, 1, 1).start,
        posts=0, hits=0, authors=0, hits_sq=0, hits_posts=0, posts_sq=0,
    )  # fmt: skip
    assert (total(none, []).share, total(none, []).refused) == (
        None,
        "No interval: there are no posts.",
    )
    assert (
        total(few_posts(), labelled(90, 10, 10, 90), unfit="No interval: x.").refused
        == "No interval: x."
    )


def few_posts() -> Bin:
    return single(0, 500, 100)
