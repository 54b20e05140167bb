"""Tokens for scripts: shown once, kept as hashes for their user alone, found in constant time."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from groundswell import api_tokens
from groundswell.cli import main
from groundswell.errors import HomeIsOwned, StateError, WrongUse


def run(home: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["token", *words, "--home", str(home)])


def test_a_token_is_printed_once_and_kept_as_a_hash(tmp_path: Path) -> None:
    made = run(tmp_path, "add", "newsroom", "--role", "viewer")
    assert made.exit_code == 0
    token = made.stdout.strip()
    assert token.startswith("gsw_")
    file = tmp_path / "tokens.json"
    assert file.stat().st_mode & 0o077 == 0
    assert token not in file.read_text()
    assert token.removeprefix("gsw_") not in file.read_text()
    found = api_tokens.find(tmp_path, token)
    assert found is not None
    assert (found.name, found.role) == ("newsroom", "viewer")


def test_the_list_never_shows_a_token_or_a_hash(tmp_path: Path) -> None:
    assert "no token" in run(tmp_path, "list").stderr
    token = run(tmp_path, "add", "newsroom").stdout.strip()
    (kept,) = api_tokens.known(tmp_path)
    for said in (run(tmp_path, "list").output, run(tmp_path, "list", "--json").output):
        assert "newsroom" in said
        assert token not in said
        assert kept.hash not in said
    assert json.loads(run(tmp_path, "list", "--json").stdout)[0]["role"] == "viewer"


def test_a_removed_token_opens_nothing_and_others_stay(tmp_path: Path) -> None:
    first, second = (api_tokens.add(tmp_path, name) for name in ("first", "second"))
    assert run(tmp_path, "remove", "first").exit_code == 0
    assert api_tokens.find(tmp_path, first) is None
    assert api_tokens.find(tmp_path, second) is not None
    gone = run(tmp_path, "remove", "first")
    assert gone.exit_code == 2
    assert "no token of that name" in gone.stderr


@pytest.mark.parametrize("name", ["", "Two Words", "../x", "x" * 41, "-x", "é", "a\nb"])
def test_a_name_is_a_plain_word(tmp_path: Path, name: str) -> None:
    with pytest.raises(WrongUse):
        api_tokens.add(tmp_path, name)


def test_a_name_is_taken_once(tmp_path: Path) -> None:
    api_tokens.add(tmp_path, "newsroom")
    assert run(tmp_path, "add", "newsroom").exit_code == 2


def test_there_are_only_tokens_that_read(tmp_path: Path) -> None:
    assert run(tmp_path, "add", "x", "--role", "operator").exit_code == 2
    with pytest.raises(WrongUse):
        api_tokens.add(tmp_path, "x", "operator")


@pytest.mark.parametrize("token", ["", "gsw_", "gsw_x", "\udcff", "x" * 10_000])
def test_a_guess_opens_nothing(tmp_path: Path, token: str) -> None:
    api_tokens.add(tmp_path, "newsroom")
    assert api_tokens.find(tmp_path, token) is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"tokens": [{"name": "x"}]}', '{"tokens": 1}'])
def test_a_file_that_is_none_of_ours_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "tokens.json").write_text(text)
    with pytest.raises(StateError, match=r"tokens\.json"):
        api_tokens.known(tmp_path)


def test_two_writers_lose_nothing(tmp_path: Path) -> None:
    def make(number: int) -> bool:
        try:
            api_tokens.add(tmp_path, f"token-{number}")
        except HomeIsOwned:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(make, range(20)))
    assert len(api_tokens.known(tmp_path)) == sum(made) > 0
