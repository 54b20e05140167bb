"""A question to a child process: answered, late, or not at all."""

import json
import sys
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


def test_the_secrets_of_the_login_stay_with_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The child is a shell that says which variables it was given."""
    shell = tmp_path / "python"
    shell.write_text(
        "#!/bin/sh\nprintf '['; env | sed 's/=.*//; s/.*/\"&\",/'; printf '\"end\"]'\n"
    )
    shell.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(shell))
    monkeypatch.setenv("GROUNDSWELL_LOGIN_CLIENT_SECRET", "canary")
    monkeypatch.setenv("GROUNDSWELL_YOUTUBE_API_KEY", "canary")
    asking = Asking(tmp_path, ["sources"])
    assert asking.wait(PATIENCE_S)
    told = {str(name) for name in asking.answer()}
    assert "GROUNDSWELL_YOUTUBE_API_KEY" in told
    assert "GROUNDSWELL_LOGIN_CLIENT_SECRET" not in told
