"""Parts are mixed as probabilities, and heat only makes the answer less sure."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundswell.scoring.lite.mixture import HEADS, Blend, by_head, softmax

LOGITS = st.lists(st.floats(-30, 30), min_size=3, max_size=3)


@given(LOGITS, LOGITS, st.floats(0.3, 3))
def test_any_mixture_is_a_probability(one: list[float], other: list[float], heat: float) -> None:
    blend = Blend(weights={"a": 0.7, "b": 0.3}, temperature=heat, cut_off=0)
    rows = blend.probabilities({"a": np.array([one]), "b": np.array([other])})
    assert rows.sum() == pytest.approx(1)
    assert (rows >= 0).all()


def test_a_weight_of_one_is_that_part_alone() -> None:
    logits = np.array([[1.0, 2.0, 0.5]])
    blend = Blend(weights={"a": 1.0}, temperature=1.0, cut_off=0)
    assert blend.probabilities({"a": logits, "b": -logits}) == pytest.approx(softmax(logits))


def test_heat_keeps_the_order_and_lowers_the_top() -> None:
    logits = np.array([[1.0, 2.0, 0.5]])
    cold = Blend(weights={"a": 1.0}, temperature=1.0, cut_off=0).probabilities({"a": logits})
    hot = Blend(weights={"a": 1.0}, temperature=2.0, cut_off=0).probabilities({"a": logits})
    assert hot.argsort().tolist() == cold.argsort().tolist()
    assert hot.max() < cold.max()


def test_heads_lie_side_by_side() -> None:
    width = sum(len(classes) for classes in HEADS.values())
    parts = by_head(np.arange(width)[None, :], "encoder")
    assert list(parts) == [f"encoder:{head}" for head in HEADS]
    assert np.concatenate(list(parts.values()), axis=1)[0].tolist() == list(range(width))
