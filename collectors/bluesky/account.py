"""What Groundswell asks of an account's server: a session, by the SDK, over our own HTTP client.

The SDK knows the calls and finds the account's own server in its DID document; retries, waits,
size caps and allowed addresses stay with ``Http``. Importing it takes seconds, so that it is
imported when a session is really asked for.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any

import httpx

from collectors._http import Http
from groundswell.errors import BadAnswer, LoginRefused, RefusedAddress
from groundswell.settings import Settings

SOURCE = "bluesky"
APP_PASSWORDS = "https://bsky.app/settings/app-passwords"

_OTHER_ACCOUNT = (
    "set GROUNDSWELL_BLUESKY_HANDLE and GROUNDSWELL_BLUESKY_APP_PASSWORD to another account's."
)
_REFUSALS = {
    "AuthenticationRequired": (
        "refused handle and app password. Make a new app password at "
        f"{APP_PASSWORDS} and set GROUNDSWELL_BLUESKY_APP_PASSWORD to it."
    ),
    "AuthFactorTokenRequired": (
        "asks for a code sent by e-mail, so this is the account's own password. Make an app "
        f"password at {APP_PASSWORDS} and set GROUNDSWELL_BLUESKY_APP_PASSWORD to it."
    ),
    "AccountDeactivated": (
        f"says that the account is deactivated. Reactivate it on bsky.app, or {_OTHER_ACCOUNT}"
    ),
    "AccountTakedown": f"says that the account was taken down; {_OTHER_ACCOUNT}",
}
_TOKEN, _SERVER = re.compile(r"[!-~]+"), re.compile(r"https?://[!-~]+")
_INACTIVE = {"deactivated": "AccountDeactivated"}  # any other status is the server's doing


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What a server granted. ``server`` is the account's own, an address without a path.

    ``access`` goes with each request, ``refresh`` gives one new session and is then spent.
    Raises ``ValueError`` or ``TypeError`` for what cannot be an address or stand in a header.
    """

    identifier: str
    server: str
    access: str = field(repr=False)
    refresh: str = field(repr=False)

    def __post_init__(self) -> None:
        tokens = _TOKEN.fullmatch(self.access) and _TOKEN.fullmatch(self.refresh)
        if not (tokens and _SERVER.fullmatch(self.server)):
            raise ValueError("a token or the server's address is not one")


class Account:
    """The account in the settings, at its entry server."""

    def __init__(self, settings: Settings, http: Http) -> None:
        self._settings, self._http = settings, http
        self.entry = root_of(settings.bluesky_url)
        self.identifier = settings.bluesky_handle or ""

    async def log_in(self) -> Session:
        """A new session for handle and app password. Raises ``LoginRefused``, ``BadAnswer``, and
        what ``Http.post`` raises."""
        password = self._settings.bluesky_app_password
        given = {
            "identifier": self.identifier,
            "password": password.get_secret_value() if password else "",
        }
        return await self._ask(self.entry, "create_session", data=given)

    async def refreshed(self, session: Session) -> Session:
        """The session that follows ``session``, whose refresh token is spent by that."""
        headers = {"Authorization": f"Bearer {session.refresh}"}
        return await self._ask(session.server, "refresh_session", headers=headers)

    def hide(self, session: Session) -> Session:
        """The same session, its tokens from now on cut out of every message and log line."""
        for token in (session.access, session.refresh):
            self._http.keep_secret(token)
        return session

    async def _ask(self, server: str, call: str, **given: Any) -> Session:
        from atproto_client import exceptions, request
        from atproto_client.client import async_raw

        carried = request.AsyncRequest(transport=_Carried(self._http))
        client = async_raw.AsyncClientRaw(server, request=carried)
        try:
            answer = await getattr(client.com.atproto.server, call)(**given)
            return self.hide(self._granted(server, answer))
        except exceptions.RequestErrorBase as error:
            raise self._refused(server, *_said(error)) from None
        except httpx.InvalidURL as error:  # which ``Http`` would name, but the SDK parses it before
            raise RefusedAddress(
                f"{SOURCE}: {server} is not an address ({error}). Mend GROUNDSWELL_BLUESKY_URL, "
                "for example https://bsky.social.",
                source=SOURCE,
            ) from None
        except (exceptions.ModelError, ValueError):  # no such JSON; its words repeat the tokens
            raise BadAnswer(
                f"{SOURCE}: {server} answered a login in a form it does not document. Check "
                "GROUNDSWELL_BLUESKY_URL: it must be the address of a personal data server.",
                source=SOURCE,
            ) from None

    def _granted(self, server: str, answer: Any) -> Session:
        from atproto_client.client.session import (
            get_session_pds_endpoint,
        )

        if answer.active is False:
            raise self._refused(server, _INACTIVE.get(answer.status, "AccountTakedown"), "")
        return Session(
            identifier=self.identifier,
            server=root_of(get_session_pds_endpoint(answer) or server),
            access=answer.access_jwt,
            refresh=answer.refresh_jwt,
        )

    def _refused(self, server: str, error: str, message: str) -> LoginRefused:
        unknown = f"refused the session ({': '.join(s for s in (error, message) if s)})."
        return LoginRefused(
            f"{SOURCE}: {server} {_REFUSALS.get(error, unknown)}",
            source=SOURCE,
        )


class _Carried(httpx.AsyncBaseTransport):
    """Lets the SDK speak through ``Http``."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        sent = {k: v for k, v in request.headers.items() if k == "authorization"}
        answer = await self._http.post(
            str(request.url),
            json=json.loads(body) if body else None,
            headers=sent,
            accept_status=(200, 400, 401, 403),
        )
        self._http.json_of(answer)  # raises for anything but JSON, which the SDK would not name
        kind = {"content-type": "application/json"}
        return httpx.Response(answer.status, headers=kind, content=answer.body, request=request)


def root_of(url: str) -> str:
    """The address of a server as written in a setting or a DID document, without its path."""
    return url.rstrip("/").removesuffix("/xrpc").rstrip("/")


def _said(error: Any) -> tuple[str, str]:
    content = error.response.content if error.response else None
    return getattr(content, "error", "") or "", getattr(content, "message", "") or ""
