"""A changed list counts with the next question; one that cannot be read lets nobody in."""

from pathlib import Path

import pytest

from dashboard.access import Role
from dashboard.guest_file import GuestFile
from groundswell.errors import WrongUse
from groundswell.settings import load

WHO = "reader@example.org"


def write(home: Path, *lines: str) -> None:
    (home / ".env").write_text("".join(f"GROUNDSWELL_{line}\n" for line in lines))


@pytest.fixture
def guests(tmp_path: Path) -> GuestFile:
    write(tmp_path, f'LOGIN_VIEWERS=["{WHO}"]')
    return GuestFile(tmp_path, load(tmp_path))


def test_who_is_added_comes_in_and_who_is_taken_off_is_out_at_once(
    tmp_path: Path, guests: GuestFile
) -> None:
    assert guests.role_of(WHO) == Role.VIEWER
    assert guests.role_of("new@example.org") is None
    write(tmp_path, 'LOGIN_VIEWERS=["new@example.org"]')
    assert guests.role_of(WHO) is None
    assert guests.role_of("new@example.org") == Role.VIEWER


def test_a_role_changes(tmp_path: Path, guests: GuestFile) -> None:
    write(tmp_path, f'LOGIN_OPERATORS=["{WHO}"]')
    assert guests.role_of(WHO) == Role.OPERATOR
    write(tmp_path, f'LOGIN_LABELLERS=["{WHO}"]')
    assert guests.role_of(WHO) == Role.LABELLER


@pytest.mark.parametrize(
    "line",
    ['LOGIN_VIEWERS=["reader@example.org"', 'LOGIN_VIEWERS=["everybody"]', "LOGIN_VIEWERS=[]", ""],
)
def test_while_it_cannot_be_read_nobody_is_on_it(
    tmp_path: Path, guests: GuestFile, line: str, caplog: pytest.LogCaptureFixture
) -> None:
    write(tmp_path, *([line] if line else []))
    assert guests.role_of(WHO) is None
    assert guests.role_of(WHO) is None
    assert caplog.text.count("Nobody can sign in until the lists are mended") == 1
    write(tmp_path, f'LOGIN_VIEWERS=["{WHO}"]')
    assert guests.role_of(WHO) == Role.VIEWER


def test_a_file_that_is_gone_or_shut_lets_nobody_in(tmp_path: Path, guests: GuestFile) -> None:
    (tmp_path / ".env").unlink()
    assert guests.role_of(WHO) is None
    (tmp_path / ".env").mkdir()
    assert guests.role_of(WHO) is None


def test_another_setting_that_does_not_fit_changes_nothing(
    tmp_path: Path, guests: GuestFile
) -> None:
    write(tmp_path, f'LOGIN_VIEWERS=["{WHO}"]', "PORT=many")
    assert guests.role_of(WHO) == Role.VIEWER


def test_what_the_environment_says_comes_first(
    tmp_path: Path, guests: GuestFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROUNDSWELL_LOGIN_VIEWERS", '["@example.com"]')
    write(tmp_path, f'LOGIN_VIEWERS=["{WHO}"]', "PORT=8502")
    assert guests.role_of(WHO) is None
    assert guests.role_of("x@example.com") == Role.VIEWER


def test_a_list_that_is_no_json_is_one_sentence(tmp_path: Path) -> None:
    write(tmp_path, "LOGIN_VIEWERS=canary@example.org")
    with pytest.raises(WrongUse, match="GROUNDSWELL_LOGIN_VIEWERS is no JSON") as caught:
        load(tmp_path)
    assert "canary" not in str(caught.value)
