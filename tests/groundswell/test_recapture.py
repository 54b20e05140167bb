"""The estimate of what two routes both missed: formula, edges, and that its interval holds."""

import random
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundswell.recapture import LEAST_SHARED, TAIL, recall


def chance(total: int, first: int, second: int, shared: int) -> float:
    """The hypergeometric probability, from its definition."""
    if not max(0, first + second - total) <= shared <= min(first, second):
        return 0.0
    return comb(first, shared) * comb(total - first, second - shared) / comb(total, second)


def test_the_estimate_is_that_of_chapman() -> None:
    # Seber (1982), p. 60 in the form of the formula: n1 = 200, n2 = 300, m = 60
    found = recall(200, 300, 60)
    assert found is not None
    assert found.total == pytest.approx(201 * 301 / 61 - 1)
    assert found.found == 440
    assert found.low < found.total < found.high


def test_too_few_seen_by_both_give_no_number() -> None:
    assert recall(500, 500, LEAST_SHARED - 1) is None
    assert recall(500, 500, LEAST_SHARED) is not None


def test_one_route_inside_the_other_is_no_proof_that_all_was_found() -> None:
    found = recall(50, 40, 40)
    assert found is not None
    assert found.share_high == 1.0
    assert found.share_low < 1.0


def test_more_shared_than_found_is_refused() -> None:
    with pytest.raises(ValueError, match="found by both"):
        recall(5, 40, 6)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_ends_are_the_last_totals_an_exact_test_does_not_refuse(data: st.DataObject) -> None:
    both = data.draw(st.integers(LEAST_SHARED, 40))
    first = both + data.draw(st.integers(0, 30))
    second = both + data.draw(st.integers(0, 30))
    found = recall(first, second, both)
    assert found is not None

    def chances(total: int) -> float:
        few = sum(chance(total, first, second, m) for m in range(both + 1))
        many = sum(chance(total, first, second, m) for m in range(both, min(first, second) + 1))
        return min(few, many)

    exactly = 1e-9  # a chance can be the tail itself: 1 in 40
    assert chances(found.low) > TAIL - exactly
    assert chances(found.high) > TAIL - exactly
    assert chances(found.high + 1) < TAIL + exactly
    assert found.low == found.found or chances(found.low - 1) < TAIL + exactly
    assert found.low <= found.total <= found.high


@pytest.mark.parametrize(("total", "first", "second"), [(400, 0.5, 0.3), (2_000, 0.9, 0.2)])
def test_the_interval_holds_the_truth_as_often_as_it_says(
    total: int, first: float, second: float
) -> None:
    chance = random.Random(7)
    held = told = 0
    for _ in range(300):
        a = {n for n in range(total) if chance.random() < first}
        b = {n for n in range(total) if chance.random() < second}
        found = recall(len(a), len(b), len(a & b))
        if found is not None:
            told += 1
            held += found.low <= total <= found.high
    assert told == 300
    assert held / told >= 0.93


def test_millions_are_counted_without_a_walk_through_all_of_them() -> None:
    found = recall(3_000_000, 2_500_000, 2_400_000)
    assert found is not None
    assert found.low <= 3_125_000 <= found.high
