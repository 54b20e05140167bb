"""Bands hold in a simulation, and the simulation sees when a part of the method is taken out."""

from dataclasses import replace

import numpy as np
import pytest

from bench import intervals
from bench._simulated import Story, told, whole
from bench.intervals import Held, hold, hold_total
from groundswell.estimate import authors, confusion
from groundswell.estimate.authors import Alike
from groundswell.estimate.confusion import Errors
from groundswell.estimate.labels import Floats, Labels

RUNS = 60  # with 24 bins, coverage comes out within .03 of what it is
STORY = Story(posts=600)
DRIFTING = replace(STORY, first=0.3, last=0.8, drift=-0.25, labels=400)


@pytest.mark.parametrize(
    "story", [STORY, DRIFTING, replace(STORY, posts=200, right=0.95, strata=True)]
)
def test_bands_cover_the_truth_where_naive_ones_do_not(story: Story) -> None:
    held = hold(story, RUNS)
    assert 0.925 <= held.coverage <= 0.985
    assert held.naive.mean() / RUNS < 0.65
    assert held.refused < 0.4


def test_the_band_of_a_window_covers_the_truth() -> None:
    story = Story(first=0.7, last=0.7, right=0.8, posts=100, labels=200)
    held = hold_total(story, 200)
    assert 0.91 <= held.coverage <= 0.985
    assert held.naive[0] / 200 < 0.1


@pytest.fixture
def _authors_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = Alike(stance=0.0, mistakes=0.0)
    monkeypatch.setattr("groundswell.estimate.correction.alike", lambda bins, errors: alone)
    monkeypatch.setattr(
        "groundswell.estimate.window.true_variance",
        lambda window, share, errors: share * (1 - share) / window.posts,
    )


@pytest.mark.usefixtures("_authors_ignored")
def test_it_fails_without_clusters_of_authors() -> None:
    assert hold(STORY, RUNS).coverage < 0.88
    window = Story(first=0.7, last=0.7, right=0.8, posts=100, labels=400)
    assert hold_total(window, 200).coverage < 0.88


def test_it_fails_without_correction(monkeypatch: pytest.MonkeyPatch) -> None:
    real = confusion.Fit.at

    def trusting(fit: confusion.Fit, columns: Floats) -> Errors:
        zeros = np.zeros(len(columns))
        return replace(real(fit, columns), found=zeros + 1.0, falsely_found=zeros)

    monkeypatch.setattr(confusion.Fit, "at", trusting)
    assert hold(STORY, RUNS).coverage < 0.88


def test_it_fails_where_errors_are_taken_as_known(monkeypatch: pytest.MonkeyPatch) -> None:
    def certain(influence: Floats, labels: Labels) -> Floats:
        return np.zeros((influence.shape[1], influence.shape[1]))

    monkeypatch.setattr(confusion, "_scatter", certain)
    assert hold(STORY, RUNS).coverage < 0.9


def test_it_fails_where_drift_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    module = "groundswell.estimate.correction"
    monkeypatch.setattr(f"{module}.line", confusion.flat)
    monkeypatch.setattr(f"{module}.drift", lambda labels, phases: None)
    assert hold(DRIFTING, RUNS).coverage < 0.88


def test_it_fails_where_blame_of_a_rival_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    story = intervals.STORIES["two_rivals"]
    assert hold(story, RUNS).coverage >= 0.925
    monkeypatch.setattr(Labels, "parted", property(lambda _labels: False))
    assert hold(story, RUNS).coverage < 0.9


def test_stories_are_what_they_say() -> None:
    story = Story(bins=4, posts=2_000, labels=300, first=0.2, last=0.8, right=0.9)
    bins, gold = told(story, np.random.default_rng(1))
    assert [bin_.posts for bin_ in bins] == pytest.approx([2_000] * 4, rel=0.2)
    assert len(gold) == 300
    assert all(bin_.hits <= bin_.posts <= bin_.posts_sq for bin_ in bins)
    true = [one.predicted for one in gold if one.truth]
    assert np.mean(true) == pytest.approx(0.9, abs=0.07)
    again, _ = told(story, np.random.default_rng(1))
    assert again == bins
    window, _, truth = whole(story, np.random.default_rng(1))
    assert window.posts == sum(bin_.posts for bin_ in bins)
    assert truth == pytest.approx(0.5)


def test_a_sample_in_strata_stands_for_all_posts() -> None:
    story = Story(bins=6, posts=500, labels=120, strata=True)
    bins, gold = told(story, np.random.default_rng(2))
    assert sum(one.predicted for one in gold) == 60
    assert sum(one.weight for one in gold) == pytest.approx(sum(bin_.posts for bin_ in bins))


def test_authors_hits_are_counted_as_they_are_labelled() -> None:
    story = Story(bins=9, posts=400, labels=100, zipf=1.2)
    bins, gold = told(story, np.random.default_rng(3))
    for bin_ in bins:
        assert bin_.hits_sq <= bin_.hits_posts <= bin_.posts_sq
        assert bin_.authors <= bin_.posts
    assert {type(one.author) for one in gold} == {int}
    assert authors.alike(bins, _errors(9)).stance > 0.5


def _errors(bins: int) -> Errors:
    zeros = np.zeros(bins)
    return Errors(
        found=zeros + 0.85,
        falsely_found=zeros + 0.15,
        var_found=zeros,
        var_falsely=zeros,
        covariance=zeros,
    )


def test_promises_say_the_lowest_and_the_naive() -> None:
    one = Held(
        runs=100,
        drawn=np.array([100.0, 100.0, 10.0]),
        covered=np.array([95.0, 90.0, 0.0]),
        naive=np.array([20.0, 30.0, 10.0]),
        width=0.2,
    )
    assert one.by_bin.tolist() == [0.95, 0.9]
    assert one.refused == pytest.approx(0.3)
    said = {promise.name: promise for promise in intervals.promises({"x": one}, {}, quick=False)}
    assert said["interval_coverage_x"].value == pytest.approx(185 / 210)
    assert said["interval_coverage_x"].baseline == pytest.approx(0.2)
    assert said["interval_lowest_bin"].value == 0.9
    assert said["interval_lowest_bin"].holds is False
    quick = {promise.name: promise for promise in intervals.promises({"x": one}, {}, quick=True)}
    assert quick["interval_lowest_bin"].holds is None
