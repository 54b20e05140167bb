"""The door: DNS rebinding, other sites and wrong tokens stay outside."""

from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from dashboard.door import Door, guarded


async def _page(_: Request) -> PlainTextResponse:
    return PlainTextResponse("in")


async def _socket(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text("in")
    await websocket.close()


def _app(**door: Any) -> Starlette:
    return Starlette(
        routes=[
            Route("/", _page, methods=["GET", "POST"]),
            Route("/api/status", guarded(_page, "right-token")),
            WebSocketRoute("/stream", _socket),
        ],
        middleware=[Middleware(Door, **door)],
    )


async def _spoken_with(app: Starlette, scope: Any, first: dict[str, Any]) -> list[dict[str, Any]]:
    """What an application answers to ``first``, message by message."""
    answers: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        answers.append(message)

    async def receive() -> dict[str, Any]:
        return first

    await app(scope, receive, send)
    return answers


@pytest.fixture
def client() -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=_app(names=["Dash.Example.org"]))
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8501")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:8501",
        "localhost:8501",
        "LOCALHOST",
        "[::1]:8501",
        "dash.example.org",
        "dash.example.org.:443",
    ],
)
async def test_known_hosts_come_in(client: httpx.AsyncClient, host: str) -> None:
    assert (await client.get("/", headers={"host": host})).text == "in"


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "evil.example:8501",
        "localhost@evil.example",
        "evil.example/localhost",
        "localhost#evil",
        "127.0.0.1:port",
        "[::1",
        "",
        "0.0.0.0:8501",
        "sub.dash.example.org",
    ],
)
async def test_other_hosts_stay_outside(client: httpx.AsyncClient, host: str) -> None:
    assert (await client.get("/", headers={"host": host})).status_code == 421


async def test_two_hosts_are_none() -> None:
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "headers": [(b"host", b"localhost"), (b"host", b"evil.example")],
    }
    answers = await _spoken_with(_app(), scope, {"type": "http.request", "body": b""})
    assert answers[0]["status"] == 421


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:9999", "http://localhost:8501"]
)
async def test_requests_of_other_sites_stay_outside(client: httpx.AsyncClient, origin: str) -> None:
    for call in (
        client.get("/", headers={"origin": origin}),
        client.post("/", headers={"origin": origin}),
    ):
        assert (await call).status_code == 403


async def test_our_own_pages_may_ask(client: httpx.AsyncClient) -> None:
    answer = await client.get("/", headers={"origin": "http://127.0.0.1:8501"})
    assert answer.text == "in"


@pytest.mark.parametrize(
    ("headers", "first"),
    [
        ([(b"host", b"evil.example")], "websocket.close"),
        ([(b"host", b"localhost"), (b"origin", b"http://evil.example")], "websocket.close"),
        ([(b"host", b"localhost"), (b"origin", b"http://localhost")], "websocket.accept"),
        ([(b"host", b"localhost")], "websocket.accept"),
    ],
)
async def test_the_websocket_is_behind_the_same_door(
    headers: list[tuple[bytes, bytes]], first: str
) -> None:
    scope = {"type": "websocket", "path": "/stream", "headers": headers, "query_string": b""}
    answers = await _spoken_with(_app(), scope, {"type": "websocket.connect"})
    assert answers[0]["type"] == first


async def test_the_right_token_comes_in(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/status", headers={"authorization": "Bearer right-token"})
    assert answer.text == "in"


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "right-token",
        "Bearer",
        "Bearer wrong",
        "Bearer right-token ",
        "Basic cmlnaHQ=",
        "Bearer é",
    ],
)
async def test_anything_else_does_not(client: httpx.AsyncClient, authorization: str | None) -> None:
    headers = {} if authorization is None else {"authorization": authorization.encode("latin-1")}
    answer = await client.get("/api/status", headers=headers)  # type: ignore[arg-type]  # bytes are what a stranger sends
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "right-token" not in answer.text
