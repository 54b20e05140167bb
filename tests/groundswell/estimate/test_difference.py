"""How far two groups lie apart: numbers of the books, refusals, and that intervals cover."""

from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.random import Generator
from numpy.typing import NDArray

from groundswell.estimate import Difference, Gold, Side, difference
from tests.groundswell.estimate.stories import START, grouped, labelled, single

MODEL = (0.85, 0.1)  # found, falsely found


def side(posts: int, hits: int) -> Side:
    return Side(whole=single(0, posts, hits))


# Newcombe 1998, table II, method 10: 95 % intervals of differences of independent proportions.
@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [((56, 70), (48, 80), 0.0524, 0.3339), ((28, 98), (28, 112), -0.0832, 0.1576)],
)
def test_posts_apart_give_newcombes_interval(
    first: tuple[int, int], second: tuple[int, int], low: float, high: float
) -> None:
    """But for the quantile, which is that of as many authors: up to 2 % wider with 70 of them."""
    found = difference(side(first[1], first[0]), side(second[1], second[0]))
    assert found.value == pytest.approx(first[0] / first[1] - second[0] / second[1])
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.006)
    assert not found.corrected
    assert found.uncorrected == "No interval: 0 labels, 100 are needed. Label 100 more."


def test_authors_who_write_much_make_it_less_sure() -> None:
    crowd = Side(whole=grouped(0, [10] * 50, [10] * 20 + [0] * 30))
    apart = difference(side(500, 200), side(500, 100))
    together = difference(crowd, side(500, 100))
    assert apart.value == together.value
    assert apart.is_clear
    assert width(together) > 1.8 * width(apart)


def width(found: Difference) -> float:
    assert found.low is not None
    assert found.high is not None
    return found.high - found.low


@pytest.mark.parametrize(
    ("one", "says"),
    [
        (side(29, 3), "29 posts, 30 are needed"),
        (Side(whole=grouped(0, [10] * 19, [5] * 19)), "19 accounts, 20 are needed"),
        (Side(whole=grouped(0, [200] + [1] * 40, [100] + [0] * 40)), "count as 1 accounts"),
    ],
)
def test_too_few_posts_or_accounts_give_no_interval(one: Side, says: str) -> None:
    for found in (difference(one, side(500, 100)), difference(side(500, 100), one)):
        assert found.value is not None
        assert (found.low, found.high) == (None, None)
        assert says in (found.refused or "")
        assert not found.is_clear


def test_without_posts_there_is_no_difference() -> None:
    found = difference(Side(whole=single(0, 0, 0)), side(500, 100))
    assert (found.value, found.low, found.refused) == (None, None, "One of the two has no posts.")


def test_labels_of_both_correct_both() -> None:
    """Both write half against; the model finds .9 of them here and .6 there, and would have the
    first a quarter more against."""
    here = Side(whole=single(0, 2_000, 1_000), gold=labelled(135, 15, 15, 135))
    there = Side(whole=single(0, 2_000, 700), gold=labelled(90, 60, 15, 135))
    found = difference(here, there)
    assert found.corrected
    assert found.uncorrected is None
    assert found.value == pytest.approx(0.0, abs=0.02)
    assert not found.is_clear
    assert difference(side(2_000, 1_000), side(2_000, 700)).is_clear


def test_labels_of_one_alone_correct_neither() -> None:
    here = Side(whole=single(0, 2_000, 1_000), gold=labelled(135, 15, 15, 135))
    found = difference(here, side(2_000, 700), stance="against OpenAI")
    assert not found.corrected
    assert found.value == pytest.approx(0.15)
    assert "0 labels" in (found.uncorrected or "")
    unfit = Side(whole=here.whole, gold=here.gold, unfit="No interval: x.")
    assert difference(here, unfit).uncorrected == "No interval: x."


@given(
    sizes=st.lists(st.tuples(st.integers(1, 12), st.floats(0, 1)), min_size=1, max_size=60),
    hits=st.integers(0, 200),
)
def test_the_other_way_round_is_the_same_with_another_sign(
    sizes: list[tuple[int, float]], hits: int
) -> None:
    """And ends lie around the value, within −1 and 1."""
    one = Side(whole=grouped(0, [n for n, _ in sizes], [round(n * p) for n, p in sizes]))
    found, turned = difference(one, side(200, hits)), difference(side(200, hits), one)
    assert found.value == pytest.approx(-(turned.value or 0.0))
    assert found.refused == turned.refused
    if found.low is not None and found.high is not None:
        assert turned.low == pytest.approx(-found.high)
        assert turned.high == pytest.approx(-found.low)
        assert -1 <= found.low <= (found.value or 0.0) <= found.high <= 1


def drawn_sizes(dice: Generator, authors: int, most: int) -> NDArray[np.int64]:
    """Posts of each author: few write much, none more than ``most``."""
    odds = 1 / np.arange(1, most + 1) ** 2
    return dice.choice(np.arange(1, most + 1), authors, p=odds / odds.sum())


def invented(dice: Generator, authors: int, rate: float, alike: float, most: int) -> Side:
    """Authors whose own rates scatter around ``rate`` so that two posts of one correlate by
    ``alike``, taken at the model's word."""
    sizes = drawn_sizes(dice, authors, most)
    rates = np.full(authors, rate)
    if alike:
        strength = 1 / alike - 1
        rates = dice.beta(rate * strength, (1 - rate) * strength, authors)
    return Side(whole=grouped(0, sizes.tolist(), dice.binomial(sizes, rates).tolist()))


def covered(
    make: Callable[[Generator, int, float, float, int], Side],
    authors: tuple[int, int],
    rates: tuple[float, float],
    *,
    times: int,
) -> list[float]:
    """The share of intervals that hold the true difference, for accounts of one post, of up to 10
    and of up to 40, alike in no, some and most."""
    found = []
    for alike, most in ((0.0, 1), (0.0, 10), (0.3, 10), (0.3, 40), (0.8, 40)):
        dice, inside, asked = np.random.default_rng(most + round(10 * alike)), 0, 0
        for _ in range(times):
            pair = [make(dice, *one, alike, most) for one in zip(authors, rates, strict=True)]
            one = difference(*pair)
            if one.low is not None and one.high is not None:
                asked += 1
                inside += one.low <= rates[0] - rates[1] <= one.high
        found.append(inside / asked)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("authors", [(100, 100), (300, 60), (1_000, 300)])
@pytest.mark.parametrize("rates", [(0.5, 0.5), (0.3, 0.1), (0.15, 0.3)])
def test_intervals_of_what_the_model_says_cover(
    authors: tuple[int, int], rates: tuple[float, float]
) -> None:
    found = covered(invented, authors, rates, times=300)
    assert 0.93 <= np.mean(found) <= 0.97
    assert min(found) >= 0.92  # one of 400 draws: 95 % less three standard errors is 91.7 %


@pytest.mark.slow
@pytest.mark.parametrize("authors", [(100, 100), (1_000, 300)])
@pytest.mark.parametrize("rates", [(0.1, 0.02), (0.05, 0.05), (0.02, 0.02)])
def test_intervals_of_rare_stances_are_rather_too_wide(
    authors: tuple[int, int], rates: tuple[float, float]
) -> None:
    assert min(covered(invented, authors, rates, times=400)) >= 0.92  # three standard errors


def labelled_side(dice: Generator, authors: int, rate: float, alike: float, most: int) -> Side:
    """The same, read by a model that errs, with 200 posts drawn and labelled."""
    sizes = drawn_sizes(dice, authors, most)
    one = np.repeat(np.arange(authors), sizes)
    same = dice.random(authors) < alike**0.5
    truth = np.where(same[one], (dice.random(authors) < rate)[one], dice.random(len(one)) < rate)
    predicted = dice.random(len(one)) < np.where(truth, *MODEL)
    gold = [
        Gold(
            at=START + timedelta(minutes=5),
            truth=bool(truth[place]),
            predicted=bool(predicted[place]),
            author=int(one[place]),
            weight=len(one) / 200,
        )
        for place in dice.choice(len(one), 200, replace=False)
    ]
    hits = np.bincount(one, predicted, authors).astype(int)
    return Side(whole=grouped(0, sizes.tolist(), hits.tolist()), gold=gold)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("authors", "rates"), [((1_000, 600), (0.5, 0.3)), ((600, 600), (0.25, 0.25))]
)
def test_corrected_intervals_cover(authors: tuple[int, int], rates: tuple[float, float]) -> None:
    found = covered(labelled_side, authors, rates, times=200)
    assert 0.93 <= np.mean(found) <= 0.97
