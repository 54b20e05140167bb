"""A CSV being written leaves nothing behind, and what a killed process left goes after an hour."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from groundswell.settings import Settings
from groundswell.spool import Spool
from groundswell.store import drafts
from groundswell.store.owner import Owner, open_briefly
from tests.groundswell.store.making import batch, post, scored

EXPORTING = """
import sys, time
from pathlib import Path
from groundswell.home import save_csv
from groundswell.settings import Settings
from groundswell.store import export
from groundswell.store.drafts import part_of
from groundswell.store.filters import Filters

def stop_on_the_way(cursor, filters, path):
    export.posts_csv(cursor, filters, path)
    export.posts_csv(cursor, filters, part_of(path))
    print("written", flush=True)
    time.sleep(60)

export.WRITERS["posts"] = stop_on_the_way
home = Path(sys.argv[1])
save_csv(Settings(home=home), "posts", Filters(topic="story"), home / "exports" / "posts.csv")
"""


@pytest.fixture
def killed(home: Path) -> list[Path]:
    """What an export left that was killed while it wrote."""
    Spool(home).write(batch(0, [scored(post(n), 0.5) for n in range(5)]))
    running = subprocess.Popen([sys.executable, "-c", EXPORTING, str(home)], stdout=subprocess.PIPE)
    assert running.stdout is not None
    assert running.stdout.readline() == b"written\n"
    running.kill()
    running.communicate()
    left = sorted((home / "exports").iterdir())
    assert [path.suffix for path in left] == [".csv", ".part"]
    assert all(path.stat().st_size for path in left)
    return left


def _visit(home: Path) -> None:
    with open_briefly(home, Settings(home=home)):
        pass


def _own(home: Path) -> None:
    owner = Owner(home, Settings(home=home))
    owner.start()
    owner.stop()


def _age(path: Path, by_s: float) -> None:
    then_s = path.stat().st_mtime - by_s
    os.utime(path, (then_s, then_s))


@pytest.mark.parametrize("opening", [_visit, _own])
def test_drafts_of_a_killed_export_go_after_an_hour(
    home: Path, killed: list[Path], opening: Callable[[Path], None]
) -> None:
    opening(home)
    assert sorted((home / "exports").iterdir()) == killed  # it may still be writing
    for path in killed:
        _age(path, drafts.STALE_S + 60)
    opening(home)
    assert list((home / "exports").iterdir()) == []


@pytest.mark.parametrize("name", ["posts.csv", ".mine.csv", f".{'0' * 32}.txt", f"{'0' * 32}.csv"])
def test_files_of_others_stay(tmp_path: Path, name: str) -> None:
    mine = tmp_path / "exports" / name
    mine.parent.mkdir()
    mine.touch()
    _age(mine, 2 * drafts.STALE_S)
    assert drafts.sweep(tmp_path) == 0
    assert mine.exists()


def test_a_home_without_exports_has_nothing_to_sweep(tmp_path: Path) -> None:
    assert drafts.sweep(tmp_path) == 0


def test_nothing_stays_of_an_export_that_fails(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()

    def fail() -> None:
        with drafts.draft(tmp_path) as path:
            path.touch()
            drafts.part_of(path).touch()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert list((tmp_path / "exports").iterdir()) == []
