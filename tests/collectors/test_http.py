"""The client against a real server: what goes out, every row of the retry table, politeness."""

import errno
import gzip
import socket
import time
from datetime import timedelta

import httpx
import pytest

from collectors._hosts import shared_host
from collectors._http import Http
from groundswell.errors import BadAnswer, Closed, RateLimited, Unreachable
from groundswell.settings import Settings
from tests.collectors.clock import START, Clock
from tests.collectors.one_get import OK, OPEN, error_of, fetch
from tests.collectors.web import Call, Reply, Web, in_turn

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
