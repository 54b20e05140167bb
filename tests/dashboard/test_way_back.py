"""After signing in one is back at the page asked for, with its filters, and never elsewhere."""

from base64 import urlsafe_b64encode
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from dashboard.login import SecureCookies
from dashboard.page_list import NEW, PAGES, paths
from dashboard.way_back import CALLBACK, COOKIE, LOGIN, WayBack, asked_from, kept_in

HOST = "dash.example.org"
KNOWN = paths()


def from_page(referer: str) -> str:
    return asked_from(Headers({"host": HOST, "referer": referer}), KNOWN)


def from_cookie(value: str) -> str:
    return kept_in(Headers({"cookie": f'a=b; {COOKIE}="{value}"'}), KNOWN)


def test_every_page_has_a_path() -> None:
    assert {"/", "/posts", "/label", "/new_topic"} <= KNOWN
    assert len(KNOWN) == len(PAGES) + 1
    views = Path(__file__).parents[2] / "dashboard"
    assert all((views / script).is_file() for script in (*(page[0] for page in PAGES), NEW))


@pytest.mark.parametrize(
    ("referer", "asked"),
    [
        (f"https://{HOST}/posts?topic=a&keyword=%22x%20y%22", "/posts?topic=a&keyword=%22x%20y%22"),
        (f"http://{HOST}/", "/"),
        (f"http://{HOST}/?topic=a", "/?topic=a"),
        (f"http://{HOST}/posts/", "/posts"),
        (f"http://{HOST.upper()}/label", "/label"),
        (f"http://{HOST}/auth/logout", "/"),
        (f"http://{HOST}//evil.example/", "/"),
        (f"http://{HOST}/posts/../../evil", "/"),
        (f"http://{HOST}/posts?next=//evil.example", "/posts?next=//evil.example"),
        (f"http://{HOST}/posts?{'x' * 5000}", "/posts"),
        ("https://evil.example/posts?topic=a", "/"),
        (f"https://{HOST}@evil.example/posts", "/"),
        (f"https://{HOST}:444/posts", "/"),
        ("https://[/posts", "/"),
        ("", "/"),
    ],
)
def test_only_a_page_of_this_server_is_noted(referer: str, asked: str) -> None:
    assert from_page(referer) == asked


@pytest.mark.parametrize(
    "kept",
    [
        *(
            "https://evil.example/",
            "//evil.example/posts",
            "/\\evil.example",
            "posts",
            "javascript:1",
        ),
        *("/posts/../x", "/auth/logout", "", "\x00", "/%2f%2fevil.example", "/posts\r\nx: y"),
    ],
)
def test_a_cookie_that_was_made_up_leads_nowhere_else(kept: str) -> None:
    assert from_cookie(urlsafe_b64encode(kept.encode()).decode()) == "/"


def test_a_query_that_no_browser_sends_is_left_out() -> None:
    assert from_cookie(urlsafe_b64encode(b"/posts?a\r\nx: y").decode()) == "/posts"
    assert from_cookie("%%%") == "/"
    assert from_cookie("/w==") == "/"


@given(st.text(max_size=60))
def test_whatever_is_kept_the_way_leads_to_a_page_of_ours(text: str) -> None:
    led = from_cookie(urlsafe_b64encode(text.encode("utf-8", "surrogatepass")).decode())
    path, _, query = led.partition("?")
    assert path in KNOWN
    assert set(query) <= set(map(chr, range(0x21, 0x7F)))


async def login(_request: Request) -> Response:
    return RedirectResponse("https://id.example.org/authorize?state=x", status_code=302)


async def callback(_request: Request) -> Response:
    answer = RedirectResponse("/", status_code=302)
    answer.set_cookie("_streamlit_user", "signed")
    return answer


async def page(_request: Request) -> Response:
    return PlainTextResponse("page")


def client() -> httpx.AsyncClient:
    app = Starlette(
        routes=[Route(LOGIN, login), Route(CALLBACK, callback), Route("/posts", page)],
        middleware=[Middleware(SecureCookies), Middleware(WayBack)],
    )
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=f"https://{HOST}")


async def test_there_and_back() -> None:
    async with client() as visitor:
        asked = f"https://{HOST}/posts?topic=a&source=bluesky"
        there = await visitor.get(LOGIN, headers={"referer": asked})
        assert there.headers["location"] == "https://id.example.org/authorize?state=x"
        noted = there.headers["set-cookie"]
        for part in (f"Path={CALLBACK}", "HttpOnly", "SameSite=Lax", "Secure"):
            assert part in noted
        back = await visitor.get(CALLBACK)
        assert back.headers["location"] == "/posts?topic=a&source=bluesky"
        assert any("_streamlit_user" in one for one in back.headers.get_list("set-cookie"))
        assert (await visitor.get(CALLBACK)).headers["location"] == "/"  # good once


async def test_a_second_login_forgets_where_the_first_one_came_from() -> None:
    async with client() as visitor:
        await visitor.get(LOGIN, headers={"referer": f"https://{HOST}/posts"})
        await visitor.get(LOGIN)
        assert (await visitor.get(CALLBACK)).headers["location"] == "/"


async def test_other_addresses_are_left_alone() -> None:
    async with client() as visitor:
        answer = await visitor.get("/posts", headers={"referer": f"https://{HOST}/label"})
    assert "set-cookie" not in answer.headers
