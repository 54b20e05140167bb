"""A restart must not burst: what one run was told to wait, the next run waits."""

from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from collectors import _hosts
from collectors._hosts import Waiting, shared_host
from collectors._http import Http
from groundswell.budget import Budget
from groundswell.budget.file import FILE_NAME
from groundswell.errors import BudgetSpent, RateLimited, StateError
from groundswell.settings import Settings
from tests.collectors.clock import START, Clock

API = "https://api.example/posts"
FULL = {"x-ratelimit-remaining": "0.0", "x-ratelimit-reset": "300"}


class Site:
    """Answers ``replies`` in turn, then well; counts what it was asked."""

    def __init__(self, *replies: httpx.Response) -> None:
        self.replies, self.asked = list(replies), 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        return self.replies.pop(0) if self.replies else httpx.Response(200, content=b"{}")


class Killed(BaseException):
    """The process ends in the middle of a wait."""


async def die(seconds: float) -> None:
    raise Killed


def client(home: Path, site: Site, clock: Clock, source: str = "sample") -> Http:
    """The client of a new process: nothing is left of the last one but its home."""
    _hosts._HOSTS.clear()
    settings = Settings(home=home)
    transport = httpx.MockTransport(site)
    return Http(settings, source=source, transport=transport, sleep=clock.sleep, now=clock.now)


async def ask(http: Http) -> None:
    async with http:
        await http.get(API)


async def test_a_spent_quota_is_waited_for_by_the_next_run(tmp_path: Path) -> None:
    clock = Clock()
    site = Site(httpx.Response(200, headers=FULL, content=b"{}"))
    await ask(client(tmp_path, site, clock))
    clock.time += timedelta(seconds=20)
    await ask(client(tmp_path, site, clock))
    assert clock.waits == [280.0]


async def test_a_long_retry_after_is_not_tried_again_by_the_next_run(tmp_path: Path) -> None:
    clock = Clock()
    site = Site(httpx.Response(429, headers={"retry-after": "3600"}))
    for _ in range(3):
        with pytest.raises(RateLimited) as caught:
            await ask(client(tmp_path, site, clock))
        assert caught.value.resumes_at == START + timedelta(hours=1)
    assert site.asked == 1
    clock.time += timedelta(hours=1)
    await ask(client(tmp_path, site, clock))
    assert (site.asked, clock.waits) == (2, [])


async def test_a_run_that_dies_while_it_waits_leaves_the_wait_behind(tmp_path: Path) -> None:
    clock = Clock()
    site = Site(httpx.Response(503, headers={"retry-after": "60"}))
    dying = client(tmp_path, site, clock)
    dying._sleep = die
    with pytest.raises(Killed):
        await ask(dying)
    await ask(client(tmp_path, site, clock))
    assert (site.asked, clock.waits) == (2, [60.0])


async def test_a_wait_is_waited_once(tmp_path: Path) -> None:
    clock = Clock()
    await ask(client(tmp_path, Site(httpx.Response(429, headers={"retry-after": "60"})), clock))
    assert clock.waits == [60.0]


async def test_another_source_with_its_own_credential_is_not_held_back(tmp_path: Path) -> None:
    clock = Clock()
    site = Site(httpx.Response(200, headers=FULL, content=b"{}"))
    await ask(client(tmp_path, site, clock))
    await ask(client(tmp_path, site, clock, source="other"))
    assert clock.waits == []


async def test_a_ruined_file_stops_before_anything_is_asked(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("ruined")
    site = Site()
    with pytest.raises(StateError, match="delete the file"):
        await ask(client(tmp_path, site, Clock()))
    assert site.asked == 0


async def test_nothing_is_kept_of_servers_of_this_machine(tmp_path: Path) -> None:
    host = shared_host("127.0.0.1", 1.0)
    waiting = Waiting(tmp_path, "sample")
    assert waiting.hold_back(host, START, 60.0) == START + timedelta(seconds=60)
    assert list(tmp_path.iterdir()) == []
    assert waiting.not_before(host) == START + timedelta(seconds=60)


async def test_each_try_is_paid_for_before_it_is_made(tmp_path: Path) -> None:
    budget = Budget(tmp_path, "sample", 2, period="ever")
    site = Site(*(httpx.Response(503) for _ in range(5)))
    with pytest.raises(BudgetSpent):
        async with client(tmp_path, site, Clock()) as http:
            await http.get(API, pay=lambda: budget.reserve(1))
    assert (site.asked, budget.left()) == (2, 0)
