"""A home of its own for each test, with its database open."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from duckdb import DuckDBPyConnection

from groundswell.settings import Settings
from groundswell.spool import Batch, Spool
from groundswell.store.absorb import absorb
from groundswell.store.database import open_database
from tests.groundswell.store.labelled import draw, spoken

Take = Callable[..., None]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def con(home: Path) -> Iterator[DuckDBPyConnection]:
    opened = open_database(home, Settings(home=home))
    yield opened
    opened.close()


@pytest.fixture
def take(home: Path, con: DuckDBPyConnection) -> Take:
    """Writes batches to the spool and absorbs them."""
    spool = Spool(home)

    def taking(*batches: Batch) -> None:
        for one in batches:
            spool.write(one)
        while absorb(con, home, spool) is not None:
            continue

    return taking


@pytest.fixture
def drawn(con: DuckDBPyConnection, take: Take) -> DuckDBPyConnection:
    """Forty posts that speak of a target, half of them drawn to be labelled."""
    take(spoken(range(40)))
    draw(con, 20)
    return con
