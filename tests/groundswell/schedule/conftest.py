"""A stage for each test, on one home that is cleared in between."""

import shutil
from collections.abc import Iterator

import pytest

from groundswell.settings import Settings
from groundswell.store import jobs
from groundswell.store.owner import Owner
from groundswell.store.reading import Cursor
from groundswell.store.sql import step
from tests.groundswell.schedule.stage import Stage


@pytest.fixture(scope="session")
def owner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Owner]:
    home = tmp_path_factory.mktemp("schedule")
    one = Owner(home, Settings(home=home))
    yield one
    one.stop()


@pytest.fixture
def stage(owner: Owner) -> Stage:
    shutil.rmtree(owner.home / "topics", ignore_errors=True)
    owner.write(_clear)
    return Stage(home=owner.home, owner=owner)


def _clear(con: Cursor) -> None:
    for job in jobs.jobs(con):
        con.execute(step("drop_job"), {"job": job.name})
        con.execute(step("drop_job_runs"), {"job": job.name})
    assert jobs.runs(con) == []
