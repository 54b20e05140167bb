"""The client against the worst of servers: bodies, redirects, private addresses, secrets."""

import gzip
import logging
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from collectors import _wire
from collectors._hosts import is_public, spelled_address
from collectors._http import Http
from groundswell.errors import BadAnswer, BodyTooLarge, RefusedAddress, SourceError
from groundswell.settings import Settings
from tests.collectors.clock import Clock
from tests.collectors.one_get import OK, OPEN, error_of, fetch
from tests.collectors.web import Call, Reply, Web, in_turn

CANARY = "canary-9f8e7d6c"

# --- bodies


async def _json(web: Web) -> Any:
    async with Http(OPEN, source="sample") as http:
        return await http.get_json(web.url)


@pytest.mark.parametrize(
    ("body", "begins"),
    [
        (b"<html>Please sign in</html>", "Please sign in"),
        (b"", "(nothing)"),
        (b'{"hits": [{"a": ', '{"hits"'),
        (b"[" * 1_000_000, "[[["),
        (b"maintenance, back at noon", "maintenance"),
    ],
)
async def test_200_without_json_is_a_bad_answer_with_its_beginning(
    body: bytes, begins: str
) -> None:
    with Web(in_turn(Reply(body=body))) as web, pytest.raises(BadAnswer) as caught:
        await _json(web)
    assert "answered 200" in str(caught.value)
    assert begins in str(caught.value)
    assert len(str(caught.value)) < 900


async def test_gzip_bomb_is_too_large() -> None:
    bomb = gzip.compress(b"\0" * 30_000_000)
    with Web(in_turn(Reply(body=bomb, headers={"Content-Encoding": "gzip"}))) as web:
        error = await error_of(web)
    assert isinstance(error, BodyTooLarge)
    assert len(web.calls) == 1


async def test_cap_is_the_callers() -> None:
    with Web(in_turn(Reply(body=b"x" * 101))) as web:
        assert len((await fetch(web, cap_bytes=101)).body) == 101
        assert isinstance(await error_of(web, cap_bytes=100), BodyTooLarge)


# --- redirects and addresses


def _redirects(*hops: tuple[int, str]) -> Callable[[Call], Reply]:
    """Paths "/0", "/1" … redirect with the given status to the given place; any other is OK."""

    def answer(call: Call) -> Reply:
        step = int(call.path[1:]) if call.path[1:].isdigit() else len(hops)
        if step >= len(hops):
            return OK
        status, target = hops[step]
        return Reply(status=status, headers={"Location": target})

    return answer


@pytest.mark.parametrize(
    ("hops", "moved_to"),
    [
        ([(301, "/1"), (308, "/end")], "/end"),
        ([(301, "/1"), (302, "/end")], "/1"),
        ([(302, "/1"), (301, "/end")], None),
        ([], None),
    ],
)
async def test_only_a_chain_of_permanent_redirects_moves_the_address(
    hops: list[tuple[int, str]], moved_to: str | None
) -> None:
    with Web(_redirects(*hops)) as web:
        answer = await fetch(web, "/0")
    assert answer.body == OK.body
    assert answer.moved_to == (web.url + moved_to if moved_to else None)


async def test_five_redirects_pass_and_six_do_not() -> None:
    with Web(_redirects(*[(302, f"/{n}") for n in range(1, 6)])) as web:
        assert (await fetch(web, "/0")).body == OK.body
    with Web(_redirects(*[(302, f"/{n}") for n in range(1, 7)])) as web:
        assert "redirects" in str(await error_of(web, path="/0"))


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://x.example/", "gopher://x.example"])
async def test_redirect_to_another_scheme_is_refused(target: str) -> None:
    with Web(_redirects((302, target))) as web:
        assert isinstance(await error_of(web, path="/0"), RefusedAddress)


SPELLINGS = ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0", "[::1]", "[::ffff:127.0.0.1]"]
PRIVATE = ["10.0.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1", "[fd00::1]"]


@pytest.mark.parametrize("host", SPELLINGS + PRIVATE)
async def test_private_addresses_are_refused_in_every_spelling(host: str) -> None:
    async with Http(Settings(), source="sample") as http:
        with pytest.raises(RefusedAddress, match="ALLOW_PRIVATE_ADDRESSES"):
            await http.get(f"http://{host}/")


@pytest.mark.parametrize("host", SPELLINGS + PRIVATE)
async def test_redirect_to_a_private_address_is_refused(host: str) -> None:
    site = httpx.MockTransport(
        lambda _: httpx.Response(302, headers={"Location": f"http://{host}/"})
    )
    async with Http(Settings(), source="sample", transport=site) as http:
        with pytest.raises(RefusedAddress):
            await http.get("https://public.example/")


async def test_a_name_that_resolves_to_this_machine_is_refused_at_connect(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Web(in_turn(OK)) as web:
        monkeypatch.setattr(_wire, "PORTS", {web.port})
        async with Http(Settings(), source="sample") as http:
            with pytest.raises(RefusedAddress):
                await http.get(f"http://localhost:{web.port}/")
    assert web.calls == []


async def test_other_ports_are_refused() -> None:
    with Web(in_turn(OK)) as web:
        async with Http(Settings(), source="sample") as http:
            with pytest.raises(RefusedAddress, match="port"):
                await http.get(f"http://example.com:{web.port}/")


@pytest.mark.parametrize("url", ["", "nothing", "file:///etc/passwd", "http://", "http:///x"])
async def test_what_is_no_web_address_is_refused(url: str) -> None:
    async with Http(OPEN, source="sample") as http:
        with pytest.raises(RefusedAddress):
            await http.get(url)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("64:ff9b::5db8:d822", True),  # a public IPv4 address behind NAT64
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("::ffff:10.0.0.1", False),
        ("ff02::1", False),
        ("240.0.0.1", False),
        ("0.0.0.0", False),
    ],
)
def test_wrapped_addresses_are_unwrapped(address: str, public: bool) -> None:
    spelled = spelled_address(address)
    assert spelled is not None
    assert is_public("x.example", spelled, 443) is public


# --- secrets


@pytest.mark.parametrize("reply", [OK, Reply(status=403), Reply(status=500), Reply(body=b"<p>")])
async def test_no_secret_anywhere(reply: Reply, caplog: pytest.LogCaptureFixture) -> None:
    settings = OPEN.model_copy(update={"request_tries": 2})
    said = ""
    with Web(in_turn(reply)) as web, caplog.at_level(logging.DEBUG):
        async with Http(settings, source="sample", sleep=Clock().sleep) as http:
            http.keep_secret(CANARY)
            try:
                answer = await http.get(f"{web.url}/{CANARY}", params={"key": CANARY})
                said = answer.url
                http.json_of(answer)
            except SourceError as error:
                said += repr(error) + str(error)
    assert said
    assert CANARY in web.calls[0].path  # it was sent, so it could have leaked
    assert CANARY not in said + caplog.text


async def test_secrets_of_the_settings_are_known_from_the_start() -> None:
    settings = Settings(allow_private_addresses=True, bluesky_app_password=CANARY)
    with Web(in_turn(Reply(status=401, body=f"bad {CANARY}".encode()))) as web:
        error = await error_of(web, settings=settings)
    assert "bad ***" in str(error)
