"""The file of what was spent: private, never a silent zero, loud when it cannot be trusted."""

import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundswell.budget import Budget, Holds
from groundswell.budget.file import FILE_NAME
from groundswell.errors import BudgetSpent, HomeError, StateError

NOON = datetime(2025, 2, 1, 12, 0, tzinfo=UTC)


def budget(home: Path) -> Budget:
    return Budget(home, "sample", 10, period="ever")


@pytest.fixture
def spent_home(tmp_path: Path) -> Path:
    budget(tmp_path).reserve(9)
    return tmp_path


def ruin(path: Path, how: str) -> None:
    whole = path.read_bytes()
    path.write_bytes(
        {
            "empty": b"",
            "text": b"nothing was spent, really",
            "cut": whole[:5000],
            "head": whole[:100],
            "scribbled": whole[:4096] + b"\xff" * 4096 + whole[8192:],
        }[how]
    )


@pytest.mark.parametrize("how", ["empty", "text", "cut", "head", "scribbled"])
def test_a_ruined_file_is_never_nothing_spent(spent_home: Path, how: str) -> None:
    ruin(spent_home / FILE_NAME, how)
    for ask in (budget(spent_home).left, lambda: budget(spent_home).reserve(1)):
        with pytest.raises(StateError) as caught:
            ask()
        assert FILE_NAME in str(caught.value)
        assert "delete the file" in str(caught.value)
    with pytest.raises(StateError):
        Holds(spent_home).not_before("api.example")


def test_the_file_of_another_program_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as db:
        db.execute("CREATE TABLE notes (words TEXT)")
    with pytest.raises(StateError, match="not a file of Groundswell"):
        budget(tmp_path).reserve(1)


def test_the_file_of_a_later_version_is_left_alone(spent_home: Path) -> None:
    with closing(sqlite3.connect(spent_home / FILE_NAME)) as db:
        db.execute("PRAGMA user_version = 2")
    with pytest.raises(StateError, match="later Groundswell"):
        budget(spent_home).left()


def test_a_file_that_lost_its_tables_is_refused(spent_home: Path) -> None:
    with closing(sqlite3.connect(spent_home / FILE_NAME)) as db:
        db.execute("DROP TABLE spending")
    with pytest.raises(StateError, match="no such table"):
        budget(spent_home).left()


def test_only_its_owner_can_read_the_file(spent_home: Path) -> None:
    assert stat.S_IMODE((spent_home / FILE_NAME).stat().st_mode) == 0o600


def test_a_deleted_file_begins_anew_and_an_old_journal_is_not_played_back(
    spent_home: Path,
) -> None:
    (spent_home / f"{FILE_NAME}-journal").write_bytes((spent_home / FILE_NAME).read_bytes())
    (spent_home / FILE_NAME).unlink()
    assert budget(spent_home).left() == 10
    budget(spent_home).reserve(4)
    assert budget(spent_home).left() == 6


def test_settling_after_the_file_was_deleted_gives_nothing_that_was_not_taken(
    spent_home: Path,
) -> None:
    reserved = budget(spent_home).reserve(1)
    (spent_home / FILE_NAME).unlink()
    budget(spent_home).settle(reserved, 0)
    assert budget(spent_home).left() == 10


def test_a_home_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file, no folder")
    with pytest.raises(HomeError, match="Check the owner"):
        budget(tmp_path / "home").reserve(1)


def test_a_home_is_made_when_it_is_not_there_yet(tmp_path: Path) -> None:
    budget(tmp_path / "new" / "home").reserve(10)
    with pytest.raises(BudgetSpent):
        budget(tmp_path / "new" / "home").reserve(1)


def test_a_hold_is_kept_for_the_next_run_and_no_shorter_one_takes_its_place(
    tmp_path: Path,
) -> None:
    assert Holds(tmp_path).not_before("api.example") is None
    until = NOON + timedelta(minutes=5, microseconds=7)
    Holds(tmp_path).hold("api.example", until)
    Holds(tmp_path).hold("api.example", until - timedelta(minutes=1))
    assert Holds(tmp_path).not_before("api.example") == until
    assert Holds(tmp_path).not_before("other.example") is None


@given(st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001  # Hypothesis wants naive bounds
def test_a_moment_comes_back_to_the_microsecond(
    tmp_path_factory: pytest.TempPathFactory, moment: datetime
) -> None:
    home = tmp_path_factory.mktemp("home")
    Holds(home).hold("api.example", moment)
    assert Holds(home).not_before("api.example") == moment
