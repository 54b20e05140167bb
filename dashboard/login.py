"""The login of people who share a server: OpenID Connect through Streamlit's own ``st.login``."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.access import Access, Login, Role
from dashboard.door import LOOPBACK
from dashboard.guest_file import GuestFile
from dashboard.way_back import CALLBACK
from groundswell.errors import GroundswellError, WrongUse
from groundswell.settings import Settings

_NEEDED = ("login_client_id", "login_client_secret")


def login_of(settings: Settings) -> Login | None:
    """The login that ``settings`` ask for; None where they name no issuer. Raises ``WrongUse`` for
    one that lacks something, ``GroundswellError`` when the part that does it is not installed."""
    if settings.login_issuer is None:
        _refuse_half(settings)
        return None
    missing = [name for name in _NEEDED if getattr(settings, name) is None]
    if missing:
        raise WrongUse(f"The login lacks {', '.join(map(_variable, missing))}.")
    for name in ("login_issuer", "login_url"):
        _refuse_plain(name, getattr(settings, name))
    if find_spec("authlib") is None:
        raise GroundswellError("The login needs one more part: pip install 'groundswell[login]'.")
    return Login(
        guests=GuestFile(settings.home, settings),
        believes=settings.login_believe_addresses,
        longest_s=settings.login_hours * 3600,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """How people get in: ``access`` for the pages, ``secrets`` for ``st.login`` (never log or show
    them), whether cookies are for https ``only_https``, and whether scripts need no token."""

    access: Access
    secrets: Mapping[str, Any] = field(default_factory=dict, repr=False)
    only_https: bool = False
    open_to_scripts: bool = False


def entry_of(settings: Settings, url: str, names: Sequence[str], *, no_login: bool) -> Entry:
    """The way in to a server that listens at ``url`` and answers to ``names``. Without a login
    everybody may do everything on a machine of their own, and only read where the server has a
    name or ``no_login`` is said: then a proxy let them in, and nobody here knows whom. Raises what
    ``login_of`` raises."""
    login = None if no_login else login_of(settings)
    if login is not None:
        return Entry(
            access=Access(login=login),
            secrets=streamlit_secrets(settings, url),
            only_https=behind_https(settings),
        )
    own_machine = not names and not no_login
    everybody = Role.OPERATOR if own_machine else Role.VIEWER
    return Entry(access=Access(everybody=everybody), open_to_scripts=own_machine)


def streamlit_secrets(settings: Settings, url: str) -> dict[str, Any]:
    """What ``st.login`` looks for; ``url`` is where the server listens. Never log or show it."""
    home = (settings.login_url or url).rstrip("/")
    issuer = (settings.login_issuer or "").rstrip("/")
    secret, cookie = settings.login_client_secret, settings.login_cookie_secret
    return {
        "auth": {
            "redirect_uri": home + CALLBACK,
            "cookie_secret": cookie.get_secret_value() if cookie else secrets.token_urlsafe(32),
            "client_id": settings.login_client_id,
            "client_secret": secret.get_secret_value() if secret else "",
            "server_metadata_url": f"{issuer}/.well-known/openid-configuration",
        }
    }


def behind_https(settings: Settings) -> bool:
    """Whether people come by https only."""
    return bool(settings.login_url) and urlsplit(settings.login_url or "").scheme == "https"


class SecureCookies:
    """ASGI middleware that marks every cookie ``Secure``: Streamlit marks none."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on and completes the cookies of its answer."""

        async def marked(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.accept"):
                message["headers"] = [_marked(*header) for header in message.get("headers", ())]
            await send(message)

        await self._app(scope, receive, marked)


def _marked(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    attributes = {part.strip().lower() for part in value.split(b";")[1:]}
    if name.lower() != b"set-cookie" or b"secure" in attributes:
        return name, value
    return name, value + b"; Secure"


def _refuse_half(settings: Settings) -> None:
    """Who lists people but names no provider believes there is a login."""
    lists = ("login_viewers", "login_labellers", "login_operators")
    told = [name for name in (*_NEEDED, "login_url", *lists) if getattr(settings, name)]
    if told:
        raise WrongUse(
            f"{_variable(told[0])} is set, but there is no login without GROUNDSWELL_LOGIN_ISSUER."
        )


def _refuse_plain(name: str, url: str | None) -> None:
    if url is None:
        return
    parts = urlsplit(url)
    plain = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not parts.hostname or not (parts.scheme == "https" or plain):
        raise WrongUse(f"{_variable(name)} must be an https address, such as https://example.org.")
    if name == "login_url" and parts.path not in ("", "/"):
        raise WrongUse(f"{_variable(name)} must be a host's root, without a path.")


def _variable(name: str) -> str:
    return f"GROUNDSWELL_{name.upper()}"
