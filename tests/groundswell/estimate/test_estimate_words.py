"""What is drawn, said in a sentence that takes no side."""

from dataclasses import replace

import pytest

from groundswell.estimate import Band, Total, bands
from groundswell.estimate.counts import Bin
from groundswell.estimate.figures import counted, percent
from groundswell.estimate.words import of_band, of_estimate, of_total
from tests.groundswell.estimate.stories import hour, labelled, single

BIN = Bin(
    start=hour(0), posts=1_204, hits=500, authors=873, hits_sq=0, hits_posts=0, posts_sq=0
)  # fmt: skip
BAND = Band(
    start=hour(0),
    share=0.41,
    corrected=True,
    low=0.362,
    high=0.4588,
    naive=0.415,
    naive_low=0.39,
    naive_high=0.44,
    refused=None,
)


def test_a_share_with_all_that_stands_behind_it() -> None:
    assert of_band(BAND, BIN, 210, "against OpenAI") == (
        "41% against OpenAI (95% interval 36–46%), 1,204 posts by 873 accounts, 210 labels"
    )


def test_a_share_without_an_interval_says_so() -> None:
    bare = replace(BAND, low=None, high=None, refused="No interval: x.")
    assert of_band(bare, BIN, 210, "against OpenAI") == (
        "41% against OpenAI (no interval), 1,204 posts by 873 accounts, 210 labels"
    )
    raw = replace(bare, corrected=False)
    assert of_band(raw, replace(BIN, posts=1, authors=1), 0, "in favor of OpenAI") == (
        "41% in favor of OpenAI (as the model says, no interval), 1 post by 1 account"
    )


def test_no_posts() -> None:
    assert of_band(replace(BAND, share=None), BIN, 0, "against OpenAI") == "No posts"


def test_the_whole_window_in_the_same_words() -> None:
    whole = Total(
        share=0.004,
        corrected=True,
        low=0.0,
        high=0.02,
        naive=0.1,
        naive_low=0.09,
        naive_high=0.11,
        labels=300,
        refused=None,
    )
    assert of_total(whole, BIN, "against OpenAI") == (
        "under 1% against OpenAI (95% interval 0–2%), 1,204 posts by 873 accounts, 300 labels"
    )


def test_a_chart_says_what_its_bands_rest_on() -> None:
    bins = [single(place, 1_000, 450) for place in range(12)]
    good = bands(bins, labelled(216, 24, 24, 216))
    assert of_estimate(good, "against OpenAI") == (
        "12 of 12 shares with a 95% interval. By 480 labels the model finds 88% of posts against "
        "OpenAI and takes 8% of others for such; shares are corrected for that."
    )
    none = bands(bins, [])
    assert of_estimate(none, "against OpenAI") == (
        "No interval: 0 labels, 100 are needed. Label 100 more. The line is what the model says, "
        "uncorrected."
    )
    jumped = replace(good, by_phase=True)
    assert of_estimate(jumped, "against OpenAI").endswith("labels correct their own time only.")


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0, "0%"),
        (0.001, "under 1%"),
        (0.006, "1%"),
        (0.5, "50%"),
        (0.999, "over 99%"),
        (1, "100%"),
    ],
)
def test_no_share_is_rounded_to_nothing_or_all(share: float, said: str) -> None:
    assert percent(share) == said


def test_one_is_not_many() -> None:
    assert [counted(number, "post") for number in (0, 1, 1_204)] == [
        "0 posts",
        "1 post",
        "1,204 posts",
    ]
