"""What the promises on narratives measure: scores of groups, and silence where there is no data."""

import json
from pathlib import Path

import numpy as np
import pytest

from bench import _promise, narratives
from groundswell.scoring.narratives.likeness import Likeness

GOLD = np.array([0, 0, 0, 1, 1, 1])


def test_the_right_groups_score_one() -> None:
    group = np.array([5, 5, 5, 7, 7, 7])
    assert narratives.f1(group, GOLD) == 1
    assert narratives.purity(group, GOLD) == 1
    assert narratives.coverage(group, GOLD) == 1


def test_one_heap_has_recall_alone() -> None:
    heap = np.zeros(6, dtype=int)
    assert narratives.f1(heap, GOLD) == pytest.approx(2 * 0.5 / 1.5)
    assert narratives.purity(heap, GOLD) == 0.5


def test_texts_in_no_group_stand_alone() -> None:
    none = np.full(6, -1)
    assert narratives.f1(none, GOLD) == pytest.approx(2 * (1 / 3) / (4 / 3))
    assert narratives.purity(none, GOLD) == 0
    assert narratives.coverage(np.array([-1, -1, -1, 0, 0, 0]), GOLD) == 0.5


def test_without_the_sets_each_promise_says_why(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(_promise, "EVAL", tmp_path)
    assert narratives.main([]) == 0
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["name"] for one in said] == [one.name for one in narratives.PROMISES]
    assert {one["holds"] for one in said} == {None}
    assert all("not beside" in one["reason"] for one in said)


def test_groups_of_made_up_questions_are_found_by_words() -> None:
    texts = [f"smoke over the river at mill {n + 100}" for n in range(8)]
    texts += [f"night shift wages were cut, driver {n + 200}" for n in range(8)]
    alike = Likeness.of([texts], None)
    group = narratives.grouped(alike)
    assert narratives.f1(group, np.repeat([0, 1], 8)) == 1
