"""Tests for drift: right in what they call likely, and not misled by small or uneven samples."""

from dataclasses import replace

import numpy as np
import pytest

from bench._simulated import Story, told
from groundswell.estimate.drift import chance, drift
from groundswell.estimate.labels import lay_out


@pytest.mark.parametrize(
    ("square", "freedom", "expected"),
    # Of a printed table of the chi-square's upper 5 % and 1 % points.
    [(5.991, 2, 0.05), (9.488, 4, 0.05), (13.277, 4, 0.01), (18.307, 10, 0.05), (0.0, 6, 1.0)],
)
def test_chances_are_those_of_the_table(square: float, freedom: int, expected: float) -> None:
    assert chance(square, freedom) == pytest.approx(expected, abs=1e-4)


def refused(story: Story, runs: int = 100) -> tuple[float, float]:
    """Share of runs in which equal phases, and phases on a line, are called unlikely."""
    generator = np.random.default_rng(7)
    found = []
    for _ in range(runs):
        layout, labels = lay_out(*told(story, generator))
        tests = drift(labels, layout.phases)
        assert tests is not None
        found.append((tests.equal_p < 0.05, tests.straight_p < 0.05))
    equal, straight = np.mean(found, axis=0)
    return float(equal), float(straight)


SMALL = Story(posts=200, bins=12)


@pytest.mark.parametrize("story", [SMALL, replace(SMALL, strata=True, first=0.05, last=0.3)])
def test_a_model_that_does_not_drift_is_rarely_accused(story: Story) -> None:
    equal, straight = refused(story)
    assert equal <= 0.12
    assert straight <= 0.12


def test_an_even_drift_is_found_and_lies_on_a_line() -> None:
    equal, straight = refused(replace(SMALL, first=0.5, last=0.5, drift=-0.4), runs=40)
    assert equal >= 0.9
    assert straight <= 0.2


def test_a_jump_does_not_lie_on_a_line() -> None:
    jump = replace(SMALL, first=0.5, last=0.5, drift=-0.4, step=True, labels=600)
    assert refused(jump, runs=30)[1] >= 0.8
