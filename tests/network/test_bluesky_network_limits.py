"""The limits of Bluesky's own servers: waited for as long as they say, and no longer."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio
import httpx
import pytest

from collectors._http import Http
from collectors.bluesky.collector import Bluesky
from groundswell.errors import RateLimited
from groundswell.post import Post
from groundswell.settings import Settings
from tests.network.conftest import Network
from tests.network.test_bluesky_network import expected, make_ask, make_settings

pytestmark = [pytest.mark.network, pytest.mark.timeout(600)]

LOGINS, REQUESTS, WINDOW_S = 30, 3_000, 300.0


@dataclass
class Elsewhere(httpx.AsyncBaseTransport):
    """Speaks to the network as a client of ``address``: the servers count requests by address, and
    take the first proxy's word for it. Instead of five minutes passing, ``sleep`` moves house."""

    address: str
    waits: list[float] = field(default_factory=list)
    wire: httpx.AsyncHTTPTransport = field(default_factory=httpx.AsyncHTTPTransport)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.headers["x-forwarded-for"] = self.address
        return await self.wire.handle_async_request(request)

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.address = f"198.51.100.{len(self.waits)}"

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=sum(self.waits))

    async def aclose(self) -> None:
        await self.wire.aclose()


async def collect(settings: Settings, here: Elsewhere) -> list[str]:
    found: list[str] = []
    http = Http(settings, source="bluesky", transport=here, sleep=here.sleep, now=here.now)
    async with http:
        collector = Bluesky(settings, http)
        async for page in collector.pages(make_ask("deepseek")):
            found.extend(item.uri for item in collector.posts(page) if isinstance(item, Post))
    return sorted(found)


async def spend(network: Network, address: str, count: int) -> None:
    """Uses up ``count`` of an address's requests."""
    async with httpx.AsyncClient(headers={"x-forwarded-for": address}) as client:

        async def some(share: int) -> None:
            for _ in range(share):
                await client.get(f"{network.pds}/xrpc/com.atproto.server.describeServer")

        async with anyio.create_task_group() as group:
            for _ in range(8):
                group.start_soon(some, count // 8)


async def log_in_again_and_again(network: Network, address: str, name: str) -> None:
    account = network.accounts[name]
    given = {"identifier": account["handle"], "password": account["password"]}
    async with httpx.AsyncClient(headers={"x-forwarded-for": address}) as client:
        for _ in range(LOGINS):
            url = f"{network.pds}/xrpc/com.atproto.server.createSession"
            assert (await client.post(url, json=given)).status_code == 200


@pytest.mark.parametrize("left", [0, 8])
async def test_a_run_survives_429_from_the_real_server(
    network: Network, tmp_path: Path, left: int
) -> None:
    here = Elsewhere(f"203.0.113.{left + 1}")
    await spend(network, here.address, REQUESTS - left)
    found = await collect(make_settings(network, tmp_path), here)
    assert found == expected(network, "backdated")
    assert len(here.waits) == 1
    assert 0 < here.waits[0] <= WINDOW_S


async def test_bsk_8_a_full_login_quota_is_waited_for_once_within_patience(
    network: Network, tmp_path: Path
) -> None:
    here = Elsewhere("203.0.113.50")
    await log_in_again_and_again(network, here.address, "carol")
    impatient = make_settings(network, tmp_path, "carol", request_patience_s=5)
    with pytest.raises(RateLimited) as caught:
        await collect(impatient, here)
    resumes_at, now = caught.value.resumes_at, datetime.now(UTC)
    assert resumes_at is not None
    assert now < resumes_at <= now + timedelta(seconds=WINDOW_S)
    assert here.waits == []

    found = await collect(make_settings(network, tmp_path, "carol"), here)
    assert found == expected(network, "backdated")
    assert len(here.waits) == 1
    assert 0 < here.waits[0] <= WINDOW_S
