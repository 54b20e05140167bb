"""A question to a child process: answered, late, or not at all."""

import json
import time
from pathlib import Path

import pytest

from groundswell.errors import GroundswellError
from groundswell.schedule.asking import Asking

PATIENCE_S = 60.0


def test_a_command_answers_with_its_records(tmp_path: Path) -> None:
    asking = Asking(tmp_path, ["topics"])
    assert asking.wait(PATIENCE_S)
    assert "openai-deepseek" in [row["slug"] for row in asking.answer()]
    assert asking.answer() is asking.answer()


@pytest.mark.parametrize("words", [["estimate", "no-such-topic"], ["--help"]])
def test_what_prints_no_records_is_said(tmp_path: Path, words: list[str]) -> None:
    asking = Asking(tmp_path, words)
    assert asking.wait(PATIENCE_S)
    with pytest.raises(GroundswellError, match="did not come"):
        asking.answer()


def test_one_that_is_late_is_ended(tmp_path: Path) -> None:
    asking = Asking(tmp_path, ["topics"], limit_s=0.0)
    time.sleep(0.01)
    assert asking.is_over()
    with pytest.raises(GroundswellError, match="did not come"):
        asking.answer()


def test_an_answer_larger_than_a_pipe_does_not_stop_it(tmp_path: Path) -> None:
    (tmp_path / "topics").mkdir()
    title = "x" * 300
    for number in range(300):
        path = tmp_path / "topics" / f"t{number}.toml"
        path.write_text(f'title = "{title}"\nquery = "q"\n')
    asking = Asking(tmp_path, ["topics"])
    assert asking.wait(PATIENCE_S)
    assert len(json.dumps(asking.answer())) > 65_536
