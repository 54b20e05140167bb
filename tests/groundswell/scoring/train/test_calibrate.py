"""What is chosen on development data is the best there, and errors of confidence are measured."""

import numpy as np
import pytest

from groundswell.scoring.lite.mixture import softmax
from groundswell.scoring.train.calibrate import (
    CUT_OFFS,
    Known,
    calibration_error,
    choose,
    macro,
    mean_gap,
)


def known(seed: int, sure: float = 3.0) -> Known:
    """A part that knows much, one that knows little, and one that knows nothing."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 3, 600)
    truth = np.eye(3)[labels]
    return Known(
        parts={
            "much": sure * (truth + rng.normal(0, 0.6, (600, 3))),
            "little": truth + rng.normal(0, 2.0, (600, 3)),
            "nothing": rng.normal(0, 1.0, (600, 3)),
        },
        labels=labels,
    )


def test_the_part_that_knows_most_weighs_most() -> None:
    blend = choose("sentiment", [known(1), known(2)], ["much", "little", "nothing"])
    assert sum(blend.weights.values()) == pytest.approx(1)
    assert blend.weights["much"] >= 0.5


def test_a_part_too_sure_of_itself_is_cooled() -> None:
    sets = [known(1, sure=12.0)]
    blend = choose("sentiment", sets, ["much"])
    assert blend.temperature > 1
    before = calibration_error(softmax(sets[0].parts["much"]), sets[0].labels)
    after = calibration_error(blend.probabilities(sets[0].parts), sets[0].labels)
    assert after < before / 1.5


def test_a_model_that_calls_one_class_too_seldom_leans_towards_it() -> None:
    """The shares of both topics come nearer to the truth, and no class suffers for it."""
    one = known(1)
    shy = one.parts["much"] - np.array([0.0, 0.0, 0.5])
    topics = np.arange(600) % 2
    sets = [Known(parts={"shy": shy}, labels=one.labels, topics=topics)]
    blend = choose("sentiment", sets, ["shy"])
    assert blend.lean[2] > blend.lean[1] == 0
    plain = softmax(shy).argmax(axis=1)
    found = blend.probabilities(sets[0].parts).argmax(axis=1)
    assert mean_gap(topics, found, one.labels) < mean_gap(topics, plain, one.labels)
    assert sum(macro(one.labels, found, 3)) >= sum(macro(one.labels, plain, 3))


def test_nothing_leans_without_a_gain() -> None:
    labels = np.array([0, 1, 2] * 50)
    sets = [Known(parts={"sure": 9.0 * np.eye(3)[labels]}, labels=labels)]
    assert choose("sentiment", sets, ["sure"]).lean == (0.0, 0.0, 0.0)


def test_the_cut_off_loses_no_more_than_is_allowed() -> None:
    sets = [known(3)]
    blend = choose("named", sets, ["nothing"])
    kept = blend.probabilities(sets[0].parts).max(axis=1) >= blend.cut_off
    assert blend.cut_off in CUT_OFFS
    assert 0.65 < kept.mean() < 1


def test_macro_counts_each_class_the_same() -> None:
    labels = np.array([0] * 98 + [1, 2])
    recall, f1 = macro(labels, np.zeros(100, dtype=int), 3)
    assert recall == pytest.approx(1 / 3)
    assert f1 == pytest.approx((2 * 98 / 198) / 3)


def test_confidence_that_is_right_has_no_error() -> None:
    rows = np.tile([0.75, 0.25], (400, 1))
    labels = np.array([0, 0, 0, 1] * 100)
    assert calibration_error(rows, labels) == pytest.approx(0)
    assert calibration_error(rows, np.ones(400, dtype=int)) == pytest.approx(0.75)
