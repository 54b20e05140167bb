"""Average linkage gives what joining the nearest two by brute force gives."""

from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from groundswell.scoring.narratives import linkage


def brute(apart: np.ndarray, nearest: float) -> set[frozenset[int]]:
    groups = [frozenset([n]) for n in range(len(apart))]
    while len(groups) > 1:
        mean, one, other = min(
            (float(apart[np.ix_(sorted(a), sorted(b))].mean()), i, j)
            for (i, a), (j, b) in combinations(enumerate(groups), 2)
        )
        if mean > nearest:
            break
        joined = groups[one] | groups[other]
        groups = [g for n, g in enumerate(groups) if n not in (one, other)] + [joined]
    return set(groups)


def told(numbers: np.ndarray) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(numbers == n).tolist()) for n in np.unique(numbers)}


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 14), st.integers(0, 10_000), st.floats(0.05, 1.5))
def test_it_is_average_linkage(count: int, seed: int, nearest: float) -> None:
    rows = np.random.default_rng(seed).normal(size=(count, 3))
    apart = np.linalg.norm(rows[:, None] - rows[None], axis=2)
    assert told(linkage.groups(apart.copy(), nearest)) == brute(apart, nearest)


def test_equal_ones_are_one_and_far_ones_alone() -> None:
    apart = np.array([[0, 0, 9, 9], [0, 0, 9, 9], [9, 9, 0, 9], [9, 9, 9, 0]], dtype=float)
    assert told(linkage.groups(apart, 1.0)) == {frozenset({0, 1}), frozenset({2}), frozenset({3})}


def test_nothing_has_no_groups() -> None:
    assert len(linkage.groups(np.zeros((0, 0)), 1.0)) == 0
