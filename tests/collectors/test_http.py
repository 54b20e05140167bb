"""The client against a real server: every row of the retry table, hostile bodies, addresses."""

import errno
import gzip
import logging
import socket
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from collectors import _wire
from collectors._hosts import is_public, shared_host, spelled_address
from collectors._http import Answer, Http
from groundswell.errors import (
    BadAnswer,
    BodyTooLarge,
    Closed,
    RateLimited,
    RefusedAddress,
    SourceError,
    Unreachable,
)
from groundswell.settings import Settings
from tests.collectors.clock import START, Clock
from tests.collectors.web import Call, Reply, Web, in_turn

OK = Reply(body=b'{"ok": true}')
OPEN = Settings(allow_private_addresses=True, request_timeout_s=5.0)
CANARY = "canary-9f8e7d6c"


async def fetch(
    web: Web, path: str = "/", clock: Clock | None = None, settings: Settings = OPEN, **how: Any
) -> Answer:
    """One GET through a client of its own."""
    clock = clock or Clock()
    async with Http(settings, source="sample", sleep=clock.sleep, now=clock.now) as http:
        return await http.get(web.url + path, **how)


async def error_of(web: Web, clock: Clock | None = None, **how: Any) -> SourceError:
    """The error one GET ends with."""
    with pytest.raises(SourceError) as caught:
        await fetch(web, clock=clock, **how)
    assert caught.value.source == "sample"
    return caught.value


# --- what goes out


async def test_request_names_us_and_asks_only_for_gzip_and_deflate() -> None:
    settings = OPEN.model_copy(update={"contact": "https://sample.example/\nünd"})
    with Web(in_turn(OK)) as web:
        await fetch(web, "/a", settings=settings, params={"q": "a b", "n": 1})
    call = web.calls[0]
    assert call.headers["accept-encoding"] == "gzip, deflate"
    assert call.headers["user-agent"].startswith("Groundswell/")
    assert call.headers["user-agent"].endswith("(+https://sample.example/nd)")
    assert (call.path, call.one("q"), call.one("n")) == ("/a", "a b", "1")


async def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with Web(in_turn(OK)) as web:
        assert (await fetch(web)).body == OK.body


async def test_post_sends_json_and_reads_the_answer() -> None:
    with Web(in_turn(OK)) as web:
        async with Http(OPEN, source="sample") as http:
            answer = await http.post(web.url, json={"a": 1})
    assert http.json_of(answer) == {"ok": True}
    assert (web.calls[0].method, web.calls[0].body) == ("POST", b'{"a":1}')


# --- the retry table


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("form", ["90", "Sat, 01 Feb 2025 12:01:30 GMT", "2025-02-01T12:01:30Z"])
async def test_retry_after_is_waited_for(status: int, form: str) -> None:
    clock = Clock()
    with Web(in_turn(Reply(status=status, headers={"Retry-After": form}), OK)) as web:
        assert (await fetch(web, clock=clock)).body == OK.body
    assert clock.waits == [90.0]


@pytest.mark.parametrize("form", [None, "-5", "1e9", "soon"])
async def test_retry_after_not_to_be_believed_becomes_backoff(form: str | None) -> None:
    clock = Clock()
    headers = {} if form is None else {"Retry-After": form}
    with Web(in_turn(*[Reply(status=429, headers=headers)] * 5, OK)) as web:
        await fetch(web, clock=clock)
    assert [wait <= 2.0**n for n, wait in enumerate(clock.waits)] == [True] * 5


async def test_429_without_retry_after_waits_for_the_reset() -> None:
    clock = Clock()
    reset = (START + timedelta(seconds=45)).isoformat()
    with Web(in_turn(Reply(status=429, headers={"x-ratelimit-reset": reset}), OK)) as web:
        await fetch(web, clock=clock)
    assert clock.waits == [45.0]


async def test_a_wait_beyond_patience_stops_and_says_when_to_resume() -> None:
    clock = Clock()
    with Web(in_turn(Reply(status=429, headers={"Retry-After": "3600"}))) as web:
        error = await error_of(web, clock)
    assert isinstance(error, RateLimited)
    assert error.resumes_at == START + timedelta(hours=1)
    assert "2025-02-01 13:00 UTC" in str(error)
    assert clock.waits == []
    assert len(web.calls) == 1


async def test_waits_of_one_request_add_up_to_patience_at_most() -> None:
    clock = Clock()
    with Web(in_turn(Reply(status=503, headers={"Retry-After": "400"}))) as web:
        error = await error_of(web, clock)
    assert isinstance(error, RateLimited)
    assert sum(clock.waits) <= OPEN.request_patience_s


async def test_a_host_that_asked_to_wait_is_not_asked_again_before() -> None:
    clock = Clock()
    with Web(in_turn(Reply(status=429, headers={"Retry-After": "3600"}), OK)) as web:
        async with Http(OPEN, source="sample", sleep=clock.sleep, now=clock.now) as http:
            for _ in range(2):
                with pytest.raises(RateLimited):
                    await http.get(web.url)
            clock.time += timedelta(minutes=50)
            assert (await http.get(web.url)).body == OK.body
    assert len(web.calls) == 2
    assert clock.waits == [600.0]


async def test_an_empty_quota_is_waited_out_before_the_next_request() -> None:
    clock = Clock()
    spent = {"ratelimit-remaining": "0", "ratelimit-reset": "30"}
    with Web(in_turn(Reply(body=b"{}", headers=spent), OK)) as web:
        async with Http(OPEN, source="sample", sleep=clock.sleep, now=clock.now) as http:
            await http.get(web.url)
            assert clock.waits == []
            await http.get(web.url)
    assert clock.waits == [30.0]


@pytest.mark.parametrize("status", [500, 502, 503, 504, 522])
async def test_server_errors_are_tried_again_then_unreachable(status: int) -> None:
    clock = Clock()
    with Web(in_turn(Reply(status=status))) as web:
        error = await error_of(web, clock)
    assert isinstance(error, Unreachable)
    assert f"answered {status}" in str(error)
    assert (len(web.calls), len(clock.waits)) == (6, 5)


async def test_429_to_the_end_is_rate_limited_without_a_time() -> None:
    with Web(in_turn(Reply(status=429))) as web:
        error = await error_of(web)
    assert isinstance(error, RateLimited)
    assert error.resumes_at is None


CUT = Reply(body=b'{"hits": [1, 2, 3]}', cut_at=9)
PACKED = gzip.compress(b'{"hits": [1, 2, 3]}' * 10)
CUT_PACKED = Reply(body=PACKED[:-9], headers={"Content-Encoding": "gzip"})


@pytest.mark.parametrize("reply", [CUT, CUT_PACKED])
async def test_cut_bodies_are_asked_for_again(reply: Reply) -> None:
    with Web(in_turn(reply, OK)) as web:
        assert (await fetch(web)).body == OK.body
    with Web(in_turn(reply)) as web:
        assert isinstance(await error_of(web), Unreachable)


async def test_a_server_that_says_nothing_is_unreachable() -> None:
    def silent(_: Call) -> Reply:
        time.sleep(0.2)
        return OK

    settings = OPEN.model_copy(update={"request_timeout_s": 0.05, "request_tries": 2})
    with Web(silent) as web:
        error = await error_of(web, settings=settings)
    assert isinstance(error, Unreachable)
    assert "no whole answer in time" in str(error)


async def test_nobody_listening_is_unreachable() -> None:
    with Web(in_turn(OK)) as web:
        gone = web
    assert isinstance(await error_of(gone), Unreachable)


@pytest.mark.parametrize(
    ("cause", "offline"),
    [
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), True),
        (socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"), True),
        (OSError(errno.ENETUNREACH, "Network is unreachable"), True),
        (ExceptionGroup("all", [OSError(errno.ENETUNREACH, "Network is unreachable")]), True),
        (ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"), False),
    ],
)
async def test_a_machine_without_a_network_is_asked_about_in_one_line(
    cause: Exception, offline: bool
) -> None:
    def fails(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no connection") from cause

    settings = OPEN.model_copy(update={"request_tries": 1})
    transport = httpx.MockTransport(fails)
    async with Http(settings, source="sample", transport=transport) as http:
        with pytest.raises(Unreachable) as caught:
            await http.get("https://news.example/feed?q=openai&page=2")
    said = str(caught.value)
    assert said.startswith("https://news.example/feed ")
    assert ("is this machine online?" in said) == offline
    assert not any(word in said for word in ("sample", "q=openai", "\n"))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"error": "ExpiredToken", "message": "Token has expired"}', "ExpiredToken: Token has"),
        (b"<html><h1>Members only</h1></html>", "Members only"),
        (b"", ""),
        (b"[1]", ""),
    ],
)
async def test_a_no_is_a_no(status: int, body: bytes, words: str) -> None:
    clock = Clock()
    with Web(in_turn(Reply(status=status, body=body))) as web:
        error = await error_of(web, clock)
    assert isinstance(error, Closed)
    assert error.status == status
    assert f"answered {status}" in str(error)
    assert words in str(error)
    assert (len(web.calls), clock.waits) == (1, [])


async def test_a_no_with_a_hostile_body_is_still_a_no() -> None:
    bomb = gzip.compress(b"\0" * 5_000_000)
    with Web(in_turn(Reply(status=403, body=bomb, headers={"Content-Encoding": "gzip"}))) as web:
        assert isinstance(await error_of(web), Closed)


async def test_statuses_the_caller_knows_are_answers() -> None:
    with Web(in_turn(Reply(status=304, headers={"ETag": "x"}))) as web:
        answer = await fetch(web, accept_status=(200, 304))
        assert (answer.status, answer.headers["etag"]) == (304, "x")
        assert isinstance(await error_of(web), BadAnswer)


# --- the breaker


async def test_breaker_opens_after_five_failed_requests_and_isolates_the_host() -> None:
    clock = Clock()
    settings = OPEN.model_copy(update={"request_tries": 1})
    with Web(in_turn(Reply(status=500))) as bad, Web(in_turn(OK)) as good:
        async with Http(settings, source="sample", sleep=clock.sleep, now=clock.now) as http:
            for _ in range(7):
                with pytest.raises(Unreachable):
                    await http.get(bad.url)
            # another port of the same machine is another host to the eye, not to the breaker
            assert (await http.get(good.url.replace("127.0.0.1", "localhost"))).body == OK.body
    assert len(bad.calls) == 5


async def test_a_success_closes_the_count() -> None:
    settings = OPEN.model_copy(update={"request_tries": 1})
    answers = [Reply(status=500)] * 4 + [OK] + [Reply(status=500)] * 4 + [OK]
    with Web(in_turn(*answers)) as web:
        async with Http(settings, source="sample") as http:
            for reply in answers:
                if reply is OK:
                    await http.get(web.url)
                else:
                    with pytest.raises(Unreachable, match="tries"):
                        await http.get(web.url)


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


# --- politeness


async def test_the_rate_of_a_host_is_shared_by_all_clients() -> None:
    site = httpx.MockTransport(lambda _: httpx.Response(200, content=b"{}"))
    settings = Settings(request_rate_per_s=2.0)
    for _ in range(4):  # the burst of two seconds
        async with Http(settings, source="sample", transport=site) as http:
            await http.get("https://public.example/")
    limiter = shared_host("public.example", 2.0).limiter
    assert not limiter.has_capacity()
    assert shared_host("other.example", 2.0).limiter.has_capacity()


async def test_this_machine_needs_no_sparing() -> None:
    with Web(in_turn(OK)) as web:
        async with Http(OPEN, source="sample") as http:
            for _ in range(20):
                await http.get(web.url)
    assert shared_host("127.0.0.1", 2.5).limiter.has_capacity(5)


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
