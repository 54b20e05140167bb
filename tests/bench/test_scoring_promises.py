"""The benchmark of the default scorer measures what it says, and says why when it cannot."""

from pathlib import Path

import numpy as np
import pytest

from bench import scoring
from groundswell.scoring.lite.mixture import HEADS
from groundswell.scoring.train.examples import SETS, Example
from groundswell.scoring.train.figures import Answers


def perfect(name: str) -> Answers:
    """Every class of the set's head three times, each called what it is."""
    classes = len(HEADS[SETS[name]])
    labels = list(range(classes)) * 3
    examples = [
        Example(text="", head=SETS[name], label=label, target=f"t{place % 2}")
        for place, label in enumerate(labels)
    ]
    return Answers(
        examples=examples, rows=np.eye(classes)[labels], kept=np.ones(len(labels), dtype=bool)
    )


def always_first(name: str) -> Answers:
    of = perfect(name)
    rows = np.zeros_like(of.rows)
    rows[:, 0] = 1.0
    return Answers(examples=of.examples, rows=rows, kept=of.kept)


def test_a_perfect_scorer_keeps_every_promise() -> None:
    ours = {name: perfect(name) for name in scoring.SETS}
    theirs = {name: always_first(name) for name in scoring.SETS if name != scoring.IRONY}
    promises = scoring.right(ours, theirs)
    assert all(promise.holds for promise in promises)
    by_name = {promise.name: promise for promise in promises}
    assert by_name["lite_message_macro_recall"].value == 1
    assert by_name["lite_message_macro_recall"].baseline == pytest.approx(1 / 3)
    assert by_name["lite_net_sentiment_error"].baseline == pytest.approx(1)
    assert by_name["lite_debates_f1_favor"].baseline == 0


def test_one_class_for_all_breaks_them() -> None:
    of = {name: always_first(name) for name in scoring.SETS}
    assert not any(promise.holds for promise in scoring.right(of, of))


def test_without_the_sets_nothing_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(scoring, "EVAL", tmp_path)
    assert scoring.main([]) == 0
    said = capsys.readouterr().out.splitlines()
    assert len(said) == len(scoring.PROMISES)
    assert all("is not beside the repository" in line for line in said)
