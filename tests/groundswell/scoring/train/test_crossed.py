"""Topics are answered by a blend that was chosen without them."""

import numpy as np
import pytest

from groundswell.scoring.train.calibrate import Known, choose
from groundswell.scoring.train.crossed import FOLDS, crossed


def told(topics: np.ndarray | None, posts: int = 200) -> Known:
    rng = np.random.default_rng(4)
    labels = rng.integers(0, 3, posts)
    logits = 2 * np.eye(3)[labels] + rng.normal(0, 1, (posts, 3))
    return Known(parts={"one": logits}, labels=labels, topics=topics)


def test_no_topic_takes_part_in_its_own_blend(monkeypatch: pytest.MonkeyPatch) -> None:
    topics = np.arange(200) % 10
    of, seen = told(topics), []

    def noted(question: str, sets: list[Known], names: list[str]) -> object:
        assert sets[0].topics is not None
        seen.append(set(sets[0].topics.tolist()))
        return choose(question, sets, names)

    monkeypatch.setattr("groundswell.scoring.train.crossed.choose", noted)
    rows = crossed(of, [told(None, 90)], ["one"])
    assert len(seen) == FOLDS
    for fold, chosen_on in enumerate(seen):
        assert chosen_on == {topic for topic in range(10) if topic % FOLDS != fold}
    assert rows.sum(axis=1) == pytest.approx(np.ones(200))
    assert (rows.argmax(axis=1) == of.labels).mean() > 0.8


def test_a_set_without_topics_has_no_folds() -> None:
    with pytest.raises(ValueError, match="no folds"):
        crossed(told(None), [], ["one"])
