"""The login as settings ask for it: complete or refused, its secrets shut, its cookies secure."""

from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from dashboard import login
from dashboard.access import Access, Role
from groundswell.errors import GroundswellError, WrongUse
from groundswell.settings import Settings

URL = "http://127.0.0.1:8501"


def settings(**changes: Any) -> Settings:
    values: dict[str, Any] = {
        "login_issuer": "https://id.example.org/",
        "login_client_id": "groundswell",
        "login_client_secret": SecretStr("canary-secret"),
        "login_url": "https://dash.example.org",
        "login_viewers": ("@example.org",),
    }
    return Settings(**(values | changes))


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(login, "find_spec", lambda _name: object())


def test_a_login_makes_the_entry() -> None:
    entry = login.entry_of(settings(login_hours=2), URL, ["dash.example.org"], no_login=False)
    assert entry.access.login is not None
    assert entry.access.login.guests.role_of("x@example.org") == Role.VIEWER
    assert entry.access.login.longest_s == 7200
    assert (entry.only_https, entry.open_to_scripts) == (True, False)
    auth = entry.secrets["auth"]
    assert auth["redirect_uri"] == "https://dash.example.org/oauth2callback"
    assert auth["server_metadata_url"] == "https://id.example.org/.well-known/openid-configuration"
    assert auth["client_secret"] == "canary-secret"
    assert len(auth["cookie_secret"]) >= 32
    assert "canary" not in repr(entry)
    assert auth["cookie_secret"] not in repr(entry)


def test_a_cookie_secret_of_ones_own_outlives_a_restart() -> None:
    own = settings(login_cookie_secret=SecretStr("own-cookie-secret"))
    assert login.streamlit_secrets(own, URL)["auth"]["cookie_secret"] == "own-cookie-secret"
    first, second = (login.streamlit_secrets(settings(), URL)["auth"] for _ in range(2))
    assert first["cookie_secret"] != second["cookie_secret"]


@pytest.mark.parametrize(
    ("names", "no_login", "role", "open_to_scripts"),
    [
        ([], False, Role.OPERATOR, True),
        ([], True, Role.VIEWER, False),
        (["dash.example.org"], True, Role.VIEWER, False),
    ],
)
def test_without_a_login_a_server_with_a_name_only_shows(
    names: list[str], no_login: bool, role: Role, open_to_scripts: bool
) -> None:
    entry = login.entry_of(Settings(), URL, names, no_login=no_login)
    assert entry.access == Access(everybody=role)
    assert entry.open_to_scripts is open_to_scripts
    assert entry.secrets == {}


def test_a_login_that_is_set_up_can_be_left_to_a_proxy() -> None:
    entry = login.entry_of(settings(), URL, ["dash.example.org"], no_login=True)
    assert entry.access == Access(everybody=Role.VIEWER)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"login_client_id": None}, "LOGIN_CLIENT_ID"),
        ({"login_client_secret": None}, "LOGIN_CLIENT_SECRET"),
        ({"login_issuer": "http://id.example.org"}, "LOGIN_ISSUER must be an https"),
        ({"login_issuer": "id.example.org"}, "LOGIN_ISSUER must be an https"),
        ({"login_url": "http://dash.example.org"}, "LOGIN_URL must be an https"),
        ({"login_url": "https://dash.example.org/sub"}, "without a path"),
        ({"login_viewers": ()}, "Nobody could sign in"),
        ({"login_viewers": ("everybody",)}, "neither an address"),
        ({"login_issuer": None}, "no login without GROUNDSWELL_LOGIN_ISSUER"),
    ],
)
def test_what_is_incomplete_or_unsafe_is_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(WrongUse, match=says) as caught:
        login.login_of(settings(**changes))
    assert "canary" not in str(caught.value)


def test_a_provider_on_this_machine_may_be_plain() -> None:
    plain = settings(login_issuer="http://127.0.0.1:9000", login_url="http://localhost:8501")
    assert login.login_of(plain) is not None
    assert not login.behind_https(plain)


def test_without_authlib_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(login, "find_spec", lambda _name: None)
    with pytest.raises(GroundswellError, match=r"groundswell\[login\]"):
        login.login_of(settings())


async def test_every_cookie_is_for_https_alone() -> None:
    async def page(_request: Request) -> PlainTextResponse:
        answer = PlainTextResponse("in", headers={"x-other": "a"})
        answer.set_cookie("session", "1", httponly=True)
        answer.set_cookie("user", "2", secure=True)
        return answer

    app = Starlette(routes=[Route("/", page)], middleware=[Middleware(login.SecureCookies)])
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="https://a")
    answer = await client.get("/")
    cookies = answer.headers.get_list("set-cookie")
    assert len(cookies) == 2
    assert all(cookie.lower().count("; secure") == 1 for cookie in cookies)
    assert answer.headers["x-other"] == "a"
