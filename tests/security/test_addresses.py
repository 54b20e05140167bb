"""No source can be aimed at this machine or its network.

Not by spelling, name, second answer of a resolver, or redirect; tried through the collector
itself, its websocket included.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from collectors import SOURCES, _wire
from collectors.jetstream import run as jetstream_run
from groundswell.errors import RefusedAddress, TopicError
from tests.collectors.web import Call, Reply
from tests.security.aimed import NO_NETWORK, aimed
from tests.security.pretend_net import INSIDE, OUTSIDE, OUTSIDE_IP, PretendNet

pytestmark = pytest.mark.slow

LOOPBACK = [
    "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1",
    "017700000001", "0", "0.0.0.0", "127.0.0.1.", "localhost", "LOCALHOST", "[::1]", "[::]",
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
    "[0:0:0:0:0:0:0:1]", "127.255.255.254", "user@127.0.0.1", "outside.example@127.0.0.1",
]  # fmt: skip
PRIVATE = [
    "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0xa9fea9fe", "100.64.0.1",
    "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "[fd00::1]", "[fe80::1]",
    "[ff02::1]", "[::ffff:10.0.0.1]", "[fd00:ec2::254]",
]  # fmt: skip
REFUSALS = (RefusedAddress, TopicError)


@pytest.fixture(params=sorted(SOURCES))
def name(request: pytest.FixtureRequest) -> str:
    if reason := NO_NETWORK.get(request.param):
        pytest.skip(f"{request.param}: {reason}")
    return str(request.param)


@pytest.fixture
def net(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., PretendNet]]:
    """Makes a pretended network whose port is one of the web's: only addresses stand between."""
    opened: list[PretendNet] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jetstream_run, "PATIENCE_S", 0.0)
        patch.setattr("collectors.discourse.forum._REQUESTS_PER_S", 1e6)

        def made(outside: Callable[[Call], Reply] = lambda _: Reply(status=404)) -> PretendNet:
            one = PretendNet(pytest.MonkeyPatch(), outside)
            opened.append(one.__enter__())
            patch.setattr(_wire, "PORTS", {one.port})
            return one

        yield made
        for one in opened:
            one.__exit__(None, None, None)


async def test_every_spelling_of_an_address_inside_is_refused(
    name: str, net: Callable[..., PretendNet], tmp_path: Path
) -> None:
    world = net()
    for host in LOOPBACK + PRIVATE:
        error = await aimed(name, tmp_path, f"http://{host}:{world.port}")
        assert isinstance(error, REFUSALS), f"{host}: {error!r}"
    assert world.asked == []


async def test_a_name_that_leads_inside_is_refused(
    name: str, net: Callable[..., PretendNet], tmp_path: Path
) -> None:
    world = net()
    for answer in ("127.0.0.1", "::1", "::ffff:127.0.0.1"):
        world.names[INSIDE] = [answer]
        error = await aimed(name, tmp_path, f"http://{INSIDE}:{world.port}")
        assert error is not None, answer
    assert world.asked == []


@pytest.mark.parametrize("answers", [[OUTSIDE_IP, "127.0.0.1"], ["127.0.0.1", OUTSIDE_IP]])
async def test_a_name_that_resolves_differently_the_second_time_leads_nowhere_inside(
    name: str, net: Callable[..., PretendNet], tmp_path: Path, answers: list[str]
) -> None:
    world = net(lambda _: Reply(status=503, headers={"Connection": "close"}))
    for _ in range(2):
        world.names["rebound.example"] = list(answers)
        assert await aimed(name, tmp_path, f"http://rebound.example:{world.port}") is not None
    assert world.asked == []
    assert world.reached or answers[0] != OUTSIDE_IP


async def test_no_redirect_leads_inside(
    name: str, net: Callable[..., PretendNet], tmp_path: Path
) -> None:
    """One to five hops, the most that are followed, and then inside in another spelling each."""
    hops, target = 0, ""

    def outside(call: Call) -> Reply:
        step = int(call.path.removeprefix("/hop")) if call.path.startswith("/hop") else 1
        onward = f"http://{OUTSIDE}:{world.port}/hop{step + 1}" if step < hops else target
        return Reply(status=302, headers={"Location": onward})

    world = net(outside)
    spellings = ("127.0.0.1", "2130706433", "[::1]", "[::ffff:7f00:1]", INSIDE)
    for hops, host in enumerate(spellings, start=1):
        world.reached.clear()
        target = f"http://{host}:{world.port}/"
        assert await aimed(name, tmp_path, f"http://{OUTSIDE}:{world.port}") is not None, host
        assert len(world.reached) >= (1 if name == "jetstream" else hops)  # which follows none
    assert world.asked == []


async def test_the_same_network_does_lead_inside_once_it_is_allowed(
    net: Callable[..., PretendNet], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that the tests above can fail."""
    monkeypatch.setenv("GROUNDSWELL_ALLOW_PRIVATE_ADDRESSES", "1")
    world = net()
    await aimed("rss", tmp_path, f"http://{INSIDE}:{world.port}")
    assert world.asked != []
