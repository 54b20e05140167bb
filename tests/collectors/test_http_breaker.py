"""The breaker: a host that is down is left alone, also by the next run; others go on."""

import socket
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from collectors import _hosts
from collectors._http import Http
from groundswell.budget import BREAKER_LONGEST, Breaker, Breakers
from groundswell.budget.file import FILE_NAME, changing
from groundswell.errors import Closed, Unreachable
from groundswell.settings import Settings
from tests.collectors.clock import START, Clock

API = "https://api.example/posts"


class Site:
    """Down, refusing or up; counts what it was asked."""

    def __init__(self) -> None:
        self.status, self.asked = 500, 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if self.status == 0:
            raise httpx.ConnectError("no name") from socket.gaierror(socket.EAI_AGAIN, "no name")
        return httpx.Response(self.status, content=b"{}")


async def run(home: Path, site: Site, clock: Clock, url: str = API, source: str = "sample") -> None:
    """One request by a new process, of which nothing is left but its home."""
    _hosts._HOSTS.clear()
    settings = Settings(home=home, request_tries=1)
    transport = httpx.MockTransport(site)
    async with Http(
        settings, source=source, transport=transport, sleep=clock.sleep, now=clock.now
    ) as http:
        await http.get(url)


async def failing(home: Path, site: Site, clock: Clock, times: int = 1, **more: str) -> str:
    for _ in range(times):
        with pytest.raises(Unreachable) as caught:
            await run(home, site, clock, **more)
    return str(caught.value)


async def test_after_five_runs_that_failed_a_host_is_left_alone_for_five_minutes(
    tmp_path: Path,
) -> None:
    site, clock = Site(), Clock()
    await failing(tmp_path, site, clock, 5)
    said = await failing(tmp_path, site, clock, 3)
    assert site.asked == 5
    assert "api.example failed 5 times in a row" in said
    assert "2025-02-01 12:05 UTC" in said
    clock.time += timedelta(minutes=5)
    await failing(tmp_path, site, clock, 3)
    assert site.asked == 6


async def test_each_failure_after_that_doubles_the_wait_up_to_an_hour(tmp_path: Path) -> None:
    site, clock = Site(), Clock()
    await failing(tmp_path, site, clock, 4)
    waits = []
    for _ in range(7):
        await failing(tmp_path, site, clock)
        until = Breakers(tmp_path).of("sample@api.example").until
        assert until is not None
        waits.append((until - clock.time).total_seconds() / 60)
        clock.time = until
    assert waits == [5, 10, 20, 40, 60, 60, 60]


@pytest.mark.parametrize("status", [200, 404])
async def test_an_answer_closes_it_whatever_it_says(tmp_path: Path, status: int) -> None:
    site, clock = Site(), Clock()
    await failing(tmp_path, site, clock, 5)
    clock.time += timedelta(minutes=6)
    site.status = status
    if status == 404:
        with pytest.raises(Closed):
            await run(tmp_path, site, clock)
    else:
        await run(tmp_path, site, clock)
    assert Breakers(tmp_path).of("sample@api.example") == Breaker()
    site.status = 500
    await failing(tmp_path, site, clock, 4)
    assert Breakers(tmp_path).of("sample@api.example").until is None


async def test_other_hosts_and_other_sources_go_on(tmp_path: Path) -> None:
    site, clock = Site(), Clock()
    await failing(tmp_path, site, clock, 5)
    site.status = 200
    await run(tmp_path, site, clock, url="https://other.example/posts")
    await run(tmp_path, site, clock, source="other")
    await failing(tmp_path, site, clock)
    assert site.asked == 7


async def test_nobody_is_to_blame_while_this_machine_is_offline(tmp_path: Path) -> None:
    site, clock = Site(), Clock()
    site.status = 0
    await failing(tmp_path, site, clock, 8)
    assert site.asked == 8
    assert list(tmp_path.iterdir()) == []


async def test_what_is_well_is_not_written_about(tmp_path: Path) -> None:
    site, clock = Site(), Clock()
    site.status = 200
    await run(tmp_path, site, clock)
    assert list(tmp_path.iterdir()) == []


def test_a_file_from_before_breakers_gets_them(tmp_path: Path) -> None:
    with changing(tmp_path) as db:
        assert db.execute("SELECT count(*) FROM holds").fetchall() == [(0,)]
    breakers = Breakers(tmp_path)
    assert breakers.of("a") == Breaker()
    assert breakers.failed("a", START).failures == 1
    assert breakers.of("a").failures == 1
    assert (tmp_path / FILE_NAME).exists()


@pytest.mark.parametrize("failures", [5, 50, 5_000])
def test_no_breaker_opens_for_longer_than_an_hour(failures: int) -> None:
    now: datetime = START
    after = Breaker(failures - 1, now).after_failure(now)
    assert after.until is not None
    assert timedelta(minutes=5) <= after.until - now <= BREAKER_LONGEST
