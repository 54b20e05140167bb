"""Settings: what does not fit is named, nothing chosen by an empty variable, secrets stay shut."""

from pathlib import Path

import pytest

from groundswell.errors import WrongUse
from groundswell.settings import Settings, load


def test_an_empty_variable_is_no_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GROUNDSWELL_HOME", raising=False)
    usual = load().home
    monkeypatch.setenv("GROUNDSWELL_HOME", "")
    assert load().home == usual
    assert usual.is_absolute()


def test_the_file_in_the_home_is_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("GROUNDSWELL_PORT=8601\n")
    assert load(tmp_path).port == 8601


@pytest.mark.parametrize("content", [b"\xff\xfe\n", bytes(range(128, 256))])
def test_a_file_in_another_encoding_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ".env").write_bytes(content)
    with pytest.raises(WrongUse, match=r"\.env is not UTF-8"):
        load(tmp_path)


def test_a_folder_in_its_place_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    with pytest.raises(WrongUse, match="is a folder"):
        load(tmp_path)


def test_a_value_that_does_not_fit_is_named_and_not_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROUNDSWELL_THREADS", "canary-value")
    with pytest.raises(WrongUse, match="GROUNDSWELL_THREADS") as caught:
        load(tmp_path)
    assert "canary-value" not in str(caught.value)


def test_a_password_does_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROUNDSWELL_BLUESKY_APP_PASSWORD", "canary-password")
    assert "canary-password" not in repr(Settings())
