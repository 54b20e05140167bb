"""The headers of every answer: policy computed from the page that is installed, nothing lost."""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import httpx
import pytest
import streamlit
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from dashboard.headers import SecurityHeaders, content_policy, security_headers
from groundswell.errors import GroundswellError

STATIC = Path(streamlit.__file__).parent / "static"
PAGE = "<html><script>run()</script><script src='a.js'></script></html>"


def test_the_policy_allows_exactly_the_inline_script() -> None:
    digest = b64encode(sha256(b"run()").digest()).decode()
    policy = content_policy(PAGE)
    script = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert script == f"script-src 'self' 'sha256-{digest}'"


def test_the_policy_lets_nothing_else_in() -> None:
    policy = content_policy((STATIC / "index.html").read_text(encoding="utf-8"))
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "object-src 'none'" in policy
    assert "http" not in policy
    assert "unsafe-eval" not in policy
    assert "unsafe-inline" not in policy.partition("script-src")[2].partition(";")[0]
    assert len(re.findall("sha256-", policy)) == 1


@pytest.mark.parametrize(
    "page", ["<html></html>", "<script>a</script><script type='module'>b</script>"]
)
def test_a_page_we_do_not_know_is_not_served(page: str) -> None:
    with pytest.raises(GroundswellError, match="inline script"):
        content_policy(page)


@pytest.fixture
def client() -> httpx.AsyncClient:
    async def page(_: object) -> PlainTextResponse:
        return PlainTextResponse("ok", headers={"X-Frame-Options": "ALLOWALL", "X-Own": "kept"})

    app = Starlette(
        routes=[Route("/", page), Route("/posts", page)],
        middleware=[Middleware(SecurityHeaders, headers=security_headers(PAGE))],
    )
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1")


async def test_every_answer_carries_them_once(client: httpx.AsyncClient) -> None:
    for path in ("/", "/posts", "/nowhere"):
        answer = await client.get(path)
        assert answer.headers.get_list("x-frame-options") == ["DENY"]
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'self'" in answer.headers["content-security-policy"]


async def test_other_headers_stay(client: httpx.AsyncClient) -> None:
    assert (await client.get("/posts")).headers["x-own"] == "kept"
