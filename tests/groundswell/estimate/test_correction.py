"""Corrected shares: right where they can be worked out, refused with a reason where they cannot."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundswell.estimate import Bin, Gold, bands, refusal
from groundswell.estimate.correction import Band, Estimate
from tests.groundswell.estimate.stories import grouped, hour, labelled, single

EVEN = [single(place, 1_000, 450) for place in range(12)]
GOOD = labelled(216, 24, 24, 216)  # finds .9, takes .1 of others for such


def first(estimate: Estimate) -> Band:
    return estimate.bands[0]


def reason(estimate: Estimate) -> str:
    refused = first(estimate).refused
    assert refused is not None
    return refused


def test_the_share_is_that_of_rogan_and_gladen() -> None:
    # Labels stand for posts as the model calls them: half of those called so and half of the rest
    # were labelled, but .45 of all posts are called so.
    called, others = 0.45, 0.55
    found = called * 0.9 / (called * 0.9 + others * 0.1)
    falsely = called * 0.1 / (called * 0.1 + others * 0.9)
    expected = (called - falsely) / (found - falsely)
    estimate = bands(EVEN, GOOD)
    assert estimate.refused is None
    assert all(band.share == pytest.approx(expected, abs=0.002) for band in estimate.bands)
    assert estimate.confusion is not None
    assert estimate.confusion.found.value == pytest.approx(found, abs=0.004)
    assert estimate.confusion.falsely_found.value == pytest.approx(falsely, abs=0.004)
    assert (estimate.confusion.with_stance, estimate.confusion.without) == (240, 240)


def test_a_perfect_model_with_many_labels_is_taken_at_its_word() -> None:
    bins = [single(place, 1_000, 100 + 60 * place) for place in range(12)]
    estimate = bands(bins, labelled(500, 0, 0, 500))
    for bin_, band in zip(bins, estimate.bands, strict=True):
        assert band.share == pytest.approx(bin_.hits / bin_.posts, abs=0.005)
        assert band.naive == bin_.hits / bin_.posts
        assert (band.low, band.high) == pytest.approx((band.naive_low, band.naive_high), abs=0.004)


def test_more_labels_and_more_authors_make_bands_narrower() -> None:
    def width(estimate: Estimate) -> float:
        band = first(estimate)
        assert band.low is not None
        assert band.high is not None
        return band.high - band.low

    few = bands(EVEN, labelled(45, 5, 5, 45))
    crowded = [grouped(place, [10] * 100, [10] * 45 + [0] * 55) for place in range(12)]
    assert width(bands(EVEN, GOOD)) < width(few)
    assert width(bands(crowded, GOOD)) > 1.5 * width(bands(EVEN, GOOD))
    assert first(bands(crowded, GOOD)).share == first(bands(EVEN, GOOD)).share


def test_labels_drawn_unevenly_count_by_what_they_stand_for() -> None:
    """Of posts called against all were labelled, of others one in ten: without weights the model
    would seem to miss a tenth of what it misses."""
    bins = [single(place, 300, 100) for place in range(12)]
    gold = labelled(240, 20, 60, 180)
    weighted = [
        Gold(at=one.at, author=one.author, truth=one.truth, predicted=one.predicted, weight=weight)
        for one in gold
        for weight in [4.0 if one.predicted else 12.0]
    ]
    estimate = bands(bins, weighted)
    assert estimate.confusion is not None
    assert estimate.confusion.found.value == pytest.approx(960 / (960 + 240), abs=0.01)


def test_what_the_model_did_not_score_is_in_all_posts() -> None:
    """The share is of all posts that speak of the target, so a model that leaves half unscored has
    a low sensitivity, not another share."""
    bins = [single(place, 1_000, 225) for place in range(12)]
    estimate = bands(bins, labelled(90, 110, 10, 190))
    assert first(estimate).share == pytest.approx(0.5, abs=0.06)


def test_a_drift_too_small_to_be_found_is_followed_all_the_same() -> None:
    """Half of all posts have the stance; of these the model finds .9 at first and .8 in the end.
    One rate for all would show 53 % in the first bins and 47 % in the last."""
    bins = [single(place, 1_000, 500 - 4 * place) for place in range(13)]
    gold = labelled(90, 10, 10, 90, range(4)) + labelled(85, 15, 10, 90, range(4, 9))
    estimate = bands(bins, gold + labelled(80, 20, 10, 90, range(9, 13)))
    assert estimate.drift is not None
    assert estimate.drift.equal_p > 0.1
    assert not estimate.by_phase
    for band in (estimate.bands[0], estimate.bands[-1]):
        assert band.share == pytest.approx(0.5, abs=0.015)


@pytest.mark.parametrize("late", [120, 60])
def test_a_drift_that_is_found_is_corrected_phase_by_phase(late: int) -> None:
    """Of posts with the stance the model finds .9, and .6 or .3 from the ninth hour on."""
    bins = [single(place, 1_000, 500 if place < 8 else 50 + 5 * late // 2) for place in range(12)]
    early = labelled(180, 20, 20, 180, range(8))
    estimate = bands(bins, early + labelled(late, 200 - late, 20, 180, range(8, 12)))
    assert estimate.by_phase
    for band in estimate.bands:
        assert band.share == pytest.approx(0.5, abs=0.06)


def test_posts_that_speak_against_another_target_are_corrected_by_themselves() -> None:
    """Half of all posts have the stance, at all times. Where another target is blamed the model
    finds .9 of them and falsely .5, else .6 and .1; of the posts of one bin a tenth are of the
    first kind, of the next nine tenths."""
    blaming = [0.1, 0.9] * 6
    bins = [
        replace(
            single(place, 1_000, round(700 * share + 350 * (1 - share))),
            beside_posts=round(1_000 * share),
            beside_hits=round(700 * share),
        )
        for place, share in enumerate(blaming)
    ]
    rarely, mostly = range(0, 12, 2), range(1, 12, 2)
    apart = labelled(108, 72, 18, 162, rarely) + labelled(12, 8, 2, 18, mostly)
    blamed = labelled(162, 18, 90, 90, mostly) + labelled(18, 2, 10, 10, rarely)
    gold = apart + [replace(one, beside=True) for one in blamed]
    estimate = bands(bins, gold)
    assert estimate.by_part
    for band in estimate.bands:
        assert band.share == pytest.approx(0.5, abs=0.02)
        assert band.low is not None
        assert band.high is not None
        assert band.low < 0.5 < band.high
    mixed = bands(bins, [replace(one, beside=False) for one in gold])
    assert not mixed.by_part
    low, high = (band.share for band in mixed.bands[:2])
    assert low is not None
    assert high is not None
    assert high - low > 0.3


def test_a_few_labels_with_another_target_beside_do_not_part_them() -> None:
    gold = [replace(one, beside=n % 40 == 0) for n, one in enumerate(GOOD)]
    estimate = bands(EVEN, gold)
    assert not estimate.by_part
    assert estimate.bands == bands(EVEN, GOOD).bands


def test_without_labels_the_line_is_the_model_s_and_has_no_band() -> None:
    estimate = bands(EVEN, [])
    assert estimate.confusion is None
    band = first(estimate)
    assert (band.share, band.corrected, band.low, band.high) == (0.45, False, None, None)
    assert (band.naive, band.refused) == (0.45, estimate.refused)
    assert estimate.refused == "No interval: 0 labels, 100 are needed. Label 100 more."


def test_too_few_labels_say_how_many_more() -> None:
    estimate = bands(EVEN, labelled(28, 3, 3, 28))
    assert estimate.refused == "No interval: 62 labels, 100 are needed. Label 38 more."
    assert estimate.confusion is not None


def test_too_few_of_one_kind() -> None:
    estimate = bands(EVEN, labelled(4, 2, 10, 184), stance="against OpenAI")
    assert estimate.refused == (
        "No interval: 6 of 200 labelled posts are against OpenAI, 10 are needed. "
        "Label 4 more of this kind."
    )


def test_labels_of_one_time_only() -> None:
    estimate = bands(EVEN, labelled(90, 10, 10, 90, range(1)))
    assert "too close together in time" in (estimate.refused or "")
    assert bands(EVEN[:2], labelled(90, 10, 10, 90, range(1))).refused is None


def test_labels_from_before_the_window_do_not_count() -> None:
    early = [
        Gold(at=one.at - timedelta(days=9), truth=one.truth, predicted=one.predicted)
        for one in GOOD
    ]
    assert bands(EVEN, early).labels == 0
    assert bands(EVEN, GOOD + early) == bands(EVEN, GOOD)


def test_a_model_that_cannot_tell() -> None:
    estimate = bands(EVEN, labelled(60, 60, 60, 60), stance="against OpenAI")
    assert estimate.refused is None
    assert "takes 4" in reason(estimate)
    assert first(estimate).low is None


def test_drift_with_thin_phases() -> None:
    """The model turns bad in the end, where only 9 labelled posts have the stance."""
    bins = [single(place, 1_000, 480 if place < 8 else 900) for place in range(12)]
    late = labelled(8, 1, 90, 10, range(8, 12))
    estimate = bands(bins, labelled(90, 10, 10, 90, range(8)) + late, stance="against X")
    assert estimate.refused == (
        "No interval: how often the model finds posts against X changes over time, and a "
        "part of the window has only 9 labels of one kind, 10 are needed in each. Label 1 more "
        "of it there."
    )


def test_few_accounts() -> None:
    few = [*EVEN, grouped(12, [5] * 12, [5] * 6 + [0] * 6)]
    band = bands(few, GOOD).bands[-1]
    assert band.refused == "No interval: 12 accounts, 20 are needed. Choose longer bins."
    assert band.corrected


def test_one_account_that_writes_nearly_all() -> None:
    loud = [*EVEN, grouped(12, [400] + [1] * 60, [400] + [0] * 60)]
    band = bands(loud, GOOD).bands[-1]
    assert band.refused == (
        "No interval: a few of 61 accounts wrote most of the posts, which count as 1 "
        "accounts; 10 are needed. Choose longer bins."
    )


def test_bands_as_wide_as_the_page() -> None:
    small = [*EVEN, single(12, 20, 9)]
    assert "points wide at a share of one half, 50 are too many" in str(
        bands(small, GOOD).bands[-1].refused
    )


def test_fewer_hits_than_errors_explain() -> None:
    odd = [*EVEN, single(12, 2_000, 0), single(13, 2_000, 2_000)]
    estimate = bands(odd, labelled(70, 30, 40, 160), stance="against X")
    assert "calls fewer posts against X than its errors" in str(estimate.bands[-2].refused)
    assert "calls more posts against X" in str(estimate.bands[-1].refused)
    assert (estimate.bands[-2].share, estimate.bands[-1].share) == (0.0, 1.0)


def test_a_reason_known_beforehand_comes_first() -> None:
    estimate = bands(EVEN, GOOD, unfit="No interval: read by two versions.")
    assert estimate.refused == reason(estimate) == "No interval: read by two versions."


def test_bins_without_posts_stay_in_place() -> None:
    bins = [EVEN[0], single(1, 0, 0), *EVEN[2:]]
    band = bands(bins, GOOD).bands[1]
    assert (band.share, band.naive, band.naive_low, band.refused) == (None, None, None, "No posts.")
    assert bands([single(0, 0, 0)], GOOD).refused == "No interval: there are no posts."
    assert bands([], GOOD).bands == ()


def test_the_thresholds_of_the_labelling_desk_are_enough() -> None:
    from groundswell.labels import LEAST_LABELS, LEAST_OF_EACH

    assert LEAST_LABELS == refusal.LEAST_LABELS
    assert LEAST_OF_EACH == refusal.LEAST_IN_CLASS


authors = st.lists(st.tuples(st.integers(1, 30), st.floats(0, 1)), max_size=60)
gold_posts = st.builds(
    Gold,
    at=st.floats(-1, 9).map(hour),
    truth=st.booleans(),
    predicted=st.booleans(),
    author=st.none() | st.integers(0, 40),
    weight=st.floats(0.01, 1_000),
)


@settings(max_examples=80, deadline=None)
@given(st.lists(authors, max_size=6), st.lists(gold_posts, max_size=30), st.integers(1, 12))
def test_whatever_comes_each_bin_has_a_band_or_a_reason(
    told: list[list[tuple[int, float]]], gold: list[Gold], times: int
) -> None:
    bins: list[Bin] = [
        grouped(place, [n for n, _ in wrote], [round(n * share) for n, share in wrote])
        for place, wrote in enumerate(told)
    ]
    estimate = bands(bins, gold * times)
    assert [band.start for band in estimate.bands] == [bin_.start for bin_ in bins]
    for band in estimate.bands:
        assert (band.low is None) == (band.high is None) == (band.refused is not None)
        assert band.share is None or 0 <= band.share <= 1
        if band.low is not None and band.high is not None:
            assert 0 <= band.low <= band.high <= 1
