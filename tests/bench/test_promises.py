"""A promise says truly whether it holds, and a benchmark that breaks is a promise broken."""

import json
from pathlib import Path

import pytest

from bench.__main__ import benchmarks, run
from bench._promise import Promise, labelled, report


@pytest.mark.parametrize(
    ("value", "at_most", "holds"),
    [(0.9, False, True), (0.89, False, False), (0.9, True, True), (0.91, True, False)],
)
def test_a_value_is_held_to_its_goal(value: float, at_most: bool, holds: bool) -> None:
    promise = Promise(name="x", unit="share", goal=0.9, value=value, at_most=at_most)
    assert promise.holds is holds


def test_a_ratio_is_held_to_its_goal() -> None:
    promise = Promise(name="x", unit="s", goal=2, value=30.0, baseline=10.0, by_ratio=True)
    assert promise.ratio == 3.0
    assert promise.holds is True
    assert json.loads(promise.line()) == {
        "name": "x",
        "value": 30.0,
        "unit": "s",
        "baseline": 10.0,
        "ratio": 3.0,
        "goal": "ratio >= 2",
        "holds": True,
    }


def test_what_was_not_measured_neither_holds_nor_fails(capsys: pytest.CaptureFixture[str]) -> None:
    code = report([Promise(name="x", unit="s", goal=2, reason="no data")])
    said = json.loads(capsys.readouterr().out)
    assert code == 0
    assert said["holds"] is None
    assert said["reason"] == "no data"


def test_one_broken_promise_fails_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    good = Promise(name="x", unit="s", goal=2, value=3)
    assert report([good]) == 0
    assert report([good, Promise(name="y", unit="s", goal=2, value=1)]) == 1
    assert len(capsys.readouterr().out.splitlines()) == 3


def test_a_benchmark_that_breaks_is_a_promise_broken(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("no_such_benchmark") is False
    said = json.loads(capsys.readouterr().out)
    assert said["name"] == "no_such_benchmark"
    assert said["holds"] is False
    assert "ended with code 1" in said["reason"]


def test_benchmarks_are_the_modules_that_can_be_run(tmp_path: Path) -> None:
    (tmp_path / "b_speed.py").write_text('"""x"""\ndef main(argv=None): ...\n')
    (tmp_path / "a_speed.py").write_text('"""x"""\n\ndef main(argv=None): ...\n')
    (tmp_path / "_shared.py").write_text('"""x"""\ndef main(argv=None): ...\n')
    (tmp_path / "synthetic.py").write_text('"""x"""\ndef make(): ...\n')
    assert list(benchmarks(tmp_path)) == ["a_speed", "b_speed"]
    assert {"copies", "language", "sentiment"} <= set(benchmarks())


def test_an_absent_set_is_empty() -> None:
    assert labelled("no_such_set") == []
