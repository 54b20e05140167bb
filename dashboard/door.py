"""Who may come in: known host names, pages of our own, and for ``/api`` holders of the token.

Nothing else checks ``Host``: a page of a stranger could name this machine (DNS rebinding) and
read every post through the visitor's browser.
"""

import hmac
from collections.abc import Awaitable, Callable, Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_POLICY_VIOLATION = 1008

Endpoint = Callable[[Request], Awaitable[Response]]


class Door:
    """ASGI middleware that refuses other hosts (421) and other sites' requests (403).

    ``names`` are the host names, without port, under which the server may be asked besides
    loopback. It holds for pages, files, routes and the websocket.
    """

    def __init__(self, app: ASGIApp, *, names: Iterable[str] = ()) -> None:
        self._app = app
        self._names = LOOPBACK | {name.lower().rstrip(".") for name in names}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on or answers it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(Headers(scope=scope))
        if refusal is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": refusal[1]})
        else:
            await PlainTextResponse(refusal[1], status_code=refusal[0])(scope, receive, send)

    def _refusal(self, headers: Headers) -> tuple[int, str] | None:
        hosts = headers.getlist("host")
        if len(hosts) != 1 or _name(hosts[0]) not in self._names:
            return 421, "This server does not answer to that host name."
        origins = headers.getlist("origin")
        if any(urlsplit(origin).netloc.lower() != hosts[0].lower() for origin in origins):
            return 403, "This server does not answer to other sites."
        return None


def guarded(endpoint: Endpoint, token: str) -> Endpoint:
    """``endpoint`` for those who send ``Authorization: Bearer`` with ``token``; 401 for others."""
    expected = f"Bearer {token}".encode()

    async def checked(request: Request) -> Response:
        given = request.headers.get("authorization", "").encode("latin-1")
        if not hmac.compare_digest(given, expected):
            return JSONResponse(
                {"error": "This needs the token of owner.json."},
                status_code=401,
                headers={"WWW-Authenticate": "Bearer"},
            )
        return await endpoint(request)

    return checked


def _name(host: str) -> str | None:
    """Host name of a ``Host`` header in lower case; None for anything that is not one."""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port  # raises on a port that is none
    except ValueError:
        return None
    if parts.netloc != host or "@" in host or parts.hostname is None:
        return None
    return parts.hostname.rstrip(".")
