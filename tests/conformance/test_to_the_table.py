"""Every source the whole way into a real database: bursts, kills, replays, faults and edges."""

import random
import shutil
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from collectors import SOURCES
from groundswell import run as running
from groundswell.spool import Batch, Spool
from tests.collectors.web import Reply
from tests.conformance.bypassed import BYPASSED
from tests.conformance.cases import CASES
from tests.conformance.killing import Killed, KilledAt
from tests.conformance.world import LATER, World

pytestmark = pytest.mark.slow

BEFORE, BURST = 200, 2_000


@pytest.fixture(params=sorted(SOURCES))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def world(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    row = request.node.function.__name__.removeprefix("test_")
    if reason := BYPASSED.get((row, name)):
        pytest.skip(f"{name}: {reason}")
    site = tmp_path / "site"
    site.mkdir()
    with CASES[name](site) as case:
        yield World(case, tmp_path / "home")


def grown(world: World, count: int) -> list[str]:
    """So many more posts since the last run, which the next one, two hours later, must find."""
    assert world.case.grow is not None
    uris = world.case.grow(count, world.now)
    world.now += LATER
    return uris


async def test_burst_of_2200_between_runs(world: World) -> None:
    published = grown(world, BEFORE)
    await world.run()
    published += grown(world, BURST)
    outcome = await world.run()
    stored = world.table()
    lost = [uri for uri in published if uri not in stored]
    gaps = [window for window in world.windows() if window[3] != "complete"]
    assert not lost or (gaps and outcome.state == "partial")


async def test_page_edges(world: World) -> None:
    size = world.case.page_size
    assert size is not None
    published: list[str] = []
    for count in (0, 1, size - 1, size, size + 1):
        published += grown(world, count)
        await world.run()
        assert set(published) <= set(world.table()) or any(
            window[3] != "complete" for window in world.windows()
        )


async def test_incremental_runs_hold_what_one_full_run_holds(world: World, tmp_path: Path) -> None:
    for count in (3, 5):
        grown(world, count)
        await world.run()
    whole = World(world.case, tmp_path / "other")
    whole.now = world.now
    await whole.run()
    assert world.table().keys() >= whole.table().keys()


async def test_a_second_run_adds_nothing(world: World) -> None:
    await world.run()
    before, waiting = world.table(), world.quarantined()
    world.now += LATER
    await world.run()
    assert world.table() == before
    assert world.quarantined() == waiting


async def test_killed_at_every_commit_point(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "BATCH_S", -1.0)  # a batch after each page
    grown(world, 7)
    whole = World(world.case, tmp_path / "other")
    whole.now = world.now
    batches = (await whole.run()).counts.batches
    number = 0
    while number < batches:
        number += 1
        for after in (False, True):
            try:
                await world.run(spool=KilledAt(world.home, number, after=after))
            except Killed:
                world.absorb()
    await world.run()
    assert world.table() == whole.table()


async def test_replay_in_any_order_is_the_same_table(world: World, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()

    class Keeping(Spool):
        def write(self, batch: Batch) -> Path:
            path = super().write(batch)
            shutil.copy(path, kept / path.name)
            return path

    grown(world, 7)
    await world.run(spool=Keeping(world.home))
    grown(world, 3)
    await world.run(spool=Keeping(world.home))
    other = World(world.case, tmp_path / "other")
    chance = random.Random(4)
    for turn in range(3):
        paths = sorted(kept.glob("*.parquet"))
        chance.shuffle(paths)
        spool = tmp_path / "other" / "spool"
        spool.mkdir(parents=True, exist_ok=True)
        for place, path in enumerate(paths):
            shutil.copy(path, spool / f"{turn}{place:04d}-{path.name}")
            other.absorb()
    assert other.table() == world.table()


RETRIES = {
    "seconds, then a date": (
        Reply(status=429, headers={"Retry-After": "7"}),
        Reply(status=503, headers={"Retry-After": "Sat, 01 Feb 2025 14:00:19 GMT"}),
    ),
    "nothing, then less than nothing": (
        Reply(status=429),
        Reply(status=429, headers={"Retry-After": "-5"}),
    ),
    "no number, then a fault": (
        Reply(status=429, headers={"Retry-After": "soon"}),
        Reply(status=500, body=b"oops"),
    ),
    "a proxy's faults": (Reply(status=502), Reply(status=504)),
}


@pytest.mark.parametrize("kind", sorted(RETRIES))
async def test_retry_matrix(world: World, kind: str) -> None:
    assert world.case.stumble is not None
    uris = grown(world, 3)
    world.case.stumble(RETRIES[kind])
    outcome = await world.run()
    assert set(uris) <= set(world.table()), outcome.message


async def test_a_site_that_asks_for_too_long_a_wait_is_left_alone(world: World) -> None:
    assert world.case.stumble is not None
    uris = grown(world, 3)
    world.case.stumble([Reply(status=429, headers={"Retry-After": "86400"})] * 50)
    outcome = await world.run()
    assert outcome.state != "ok"
    missing = [uri for uri in uris if uri not in world.table()]
    assert not missing or any(window[3] != "complete" for window in world.windows())


async def test_a_date_far_away_is_not_waited_for(world: World) -> None:
    assert world.case.stumble is not None
    grown(world, 3)
    far = format_datetime(world.now + timedelta(days=3), usegmt=True)
    world.case.stumble([Reply(status=503, headers={"Retry-After": far})] * 50)
    assert (await world.run()).state != "ok"
