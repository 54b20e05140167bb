"""A full disk costs nothing that was stored: one clear line, and the batch waits."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from groundswell.errors import HomeFull
from groundswell.settings import Settings
from groundswell.spool import Spool
from groundswell.store.absorb import absorb
from groundswell.store.database import open_database
from tests.groundswell.store.making import batch, post, rows, scored
from tests.groundswell.store.recount import check

pytestmark = pytest.mark.disks


@pytest.fixture
def home() -> Iterator[Path]:
    """A home on the small disk that .ci/bad-disks mounts; what is left there is removed."""
    disk = os.environ.get("GROUNDSWELL_FULL_DISK")
    if not disk:
        pytest.skip("GROUNDSWELL_FULL_DISK names no small disk; see .ci/bad-disks")
    home = Path(disk) / "store"
    yield home
    for path in sorted(home.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    home.rmdir()


@pytest.mark.parametrize("raw", [b"received", b""], ids=["raw file first", "database first"])
def test_a_full_disk_loses_nothing(home: Path, raw: bytes) -> None:
    spool = Spool(home)
    con = open_database(home, Settings(home=home))
    spool.write(batch(0, [scored(post(n)) for n in range(20)], cursor_to="c1"))
    absorb(con, home, spool)
    spool.write(
        batch(
            1, [scored(post(n, raw=raw)) for n in range(20, 3000)], cursor_from="c1", cursor_to="c2"
        )
    )
    ballast = home / "ballast"
    _fill(ballast)
    for _ in range(2):
        with pytest.raises(HomeFull, match="No space left"):
            absorb(con, home, spool)
        assert len(spool.waiting()) == 1
        assert rows(con, "SELECT count(*) FROM posts") == [(20,)]
        assert rows(con, "SELECT cursor FROM cursors") == [("c1",)]
    ballast.unlink()
    assert absorb(con, home, spool) is not None
    assert rows(con, "SELECT count(*) FROM posts") == [(3000,)]
    assert rows(con, "SELECT cursor FROM cursors") == [("c2",)]
    check(con)
    con.close()


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        for size in (1_000_000, 1_000):
            try:
                while file.write(b"\0" * size) == size:
                    continue
            except OSError:
                continue
