"""The way back after signing in: to the page that was asked for, with its filters.

``st.login`` knows of none and always ends at the root. The browser says from which page of ours
it comes when it goes to sign in (our ``Referrer-Policy`` lets it), a cookie keeps that while the
provider has the visitor, and the answer to the provider's return leads there. What a browser says
is believed only as far as it names a page of this server: nobody is sent elsewhere.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.page_list import paths

LOGIN, CALLBACK = "/auth/login", "/oauth2callback"
COOKIE = "groundswell_back"
PATIENCE_S = 1800  # for the provider's own pages; then one lands at the root
ROOT = "/"
_LONGEST = 2_900  # characters: browsers drop a cookie of more than 4,096 bytes, and it is in base64
_QUERY = re.compile(r"[!-~]*")  # what a browser sends is percent-encoded

Change = Callable[[Message], None]


class WayBack:
    """ASGI middleware around the two addresses of the login."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._paths = paths()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Notes the way back, or takes it; passes on all else."""
        change = self._change(scope) if scope["type"] == "http" else None
        if change is None:
            await self._app(scope, receive, send)
            return

        async def changed(message: Message) -> None:
            if message["type"] == "http.response.start":
                change(message)
            await send(message)

        await self._app(scope, receive, changed)

    def _change(self, scope: Scope) -> Change | None:
        headers = Headers(scope=scope)
        if scope["path"] == LOGIN:
            asked = asked_from(headers, self._paths)
            return lambda message: _note(message, asked)
        if scope["path"] == CALLBACK:
            kept = kept_in(headers, self._paths)
            return lambda message: _take(message, kept)
        return None


def asked_from(headers: Headers, known: frozenset[str]) -> str:
    """The page of this server, with its filters, that a request comes from, relative to the root;
    ``/`` for a page of another server, or one that is not ``known``."""
    try:
        parts = urlsplit(headers.get("referer", ""))
    except ValueError:
        return ROOT
    if parts.netloc.lower() != headers.get("host", "").lower():
        return ROOT
    return _checked(f"{parts.path}?{parts.query}", known)


def kept_in(headers: Headers, known: frozenset[str]) -> str:
    """What the cookie holds, checked again, since anybody can write cookies of their own; ``/``
    without one."""
    try:
        morsel = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
        value = morsel.value if morsel else ""
        return _checked(urlsafe_b64decode(value.encode()).decode(), known)
    except (CookieError, ValueError):
        return ROOT


def _checked(asked: str, known: frozenset[str]) -> str:
    """``asked`` where its path is one of ``known``, so that it can lead nowhere else; its query
    only as far as a browser would send it."""
    path, _, query = asked.partition("?")
    path = path.rstrip("/") or ROOT
    if path not in known:
        return ROOT
    fits = _QUERY.fullmatch(query) and len(asked) <= _LONGEST
    return f"{path}?{query}" if query and fits else path


def _note(message: Message, asked: str) -> None:
    value = urlsafe_b64encode(asked.encode()).decode()
    _set_cookie(message, value, PATIENCE_S)


def _take(message: Message, kept: str) -> None:
    """Also after a login that failed: it is tried again from there. Who signed out noted none."""
    headers = MutableHeaders(raw=message.setdefault("headers", []))
    if headers.get("location") == ROOT:
        headers["location"] = kept
    _set_cookie(message, "", 0)


def _set_cookie(message: Message, value: str, lives_s: int) -> None:
    """For the provider's return alone; a navigation from another site brings it along (Lax)."""
    MutableHeaders(raw=message.setdefault("headers", [])).append(
        "set-cookie",
        f'{COOKIE}="{value}"; Path={CALLBACK}; Max-Age={lives_s}; HttpOnly; SameSite=Lax',
    )
