"""Static files come compressed to those who can read it, and only files that are there."""

from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from dashboard.compressed import CompressedStatic

SCRIPT = "let wave = 1;\n" * 500


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "static" / "js"
    folder.mkdir(parents=True)
    (folder / "index.abc.js").write_text(SCRIPT, encoding="utf-8")
    (folder / "picture.png").write_bytes(b"png")
    (tmp_path / "secret.js").write_text("outside", encoding="utf-8")
    return tmp_path


@pytest.fixture
def client(root: Path) -> httpx.AsyncClient:
    async def fallback(_: object) -> PlainTextResponse:
        return PlainTextResponse("passed on")

    app = Starlette(
        routes=[Route("/{rest:path}", fallback, methods=["GET", "POST"])],
        middleware=[Middleware(CompressedStatic, root=root)],
    )
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1")


async def test_a_script_comes_compressed_and_for_a_year(client: httpx.AsyncClient) -> None:
    answer = await client.get("/static/js/index.abc.js", headers={"accept-encoding": "br, gzip"})
    assert answer.text == SCRIPT
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["vary"] == "Accept-Encoding"
    assert int(answer.headers["content-length"]) < len(SCRIPT) / 10


async def test_it_is_compressed_once(client: httpx.AsyncClient, root: Path) -> None:
    path = root / "static" / "js" / "index.abc.js"
    first = await client.get("/static/js/index.abc.js")
    path.write_text("changed", encoding="utf-8")
    again = await client.get("/static/js/index.abc.js")
    assert first.text == again.text == SCRIPT


@pytest.mark.parametrize(
    "encoding", ["identity", "br", "gzip;q=0", "gzip; q=0.0", "", "deflate, GZIPPED"]
)
async def test_who_cannot_read_gzip_gets_the_plain_file(
    client: httpx.AsyncClient, encoding: str
) -> None:
    answer = await client.get("/static/js/index.abc.js", headers={"accept-encoding": encoding})
    assert answer.text == "passed on"


@pytest.mark.parametrize(
    "path",
    [
        "/static/js/picture.png",
        "/static/../secret.js",
        "/static/%2e%2e/secret.js",
        "/secret.js",
        "/static/js/missing.js",
        "//static/js/index.abc.js",
    ],
)
async def test_nothing_else_is_served(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.text == "passed on"


async def test_a_post_is_not_a_file(client: httpx.AsyncClient) -> None:
    assert (await client.post("/static/js/index.abc.js")).text == "passed on"


async def test_files_of_ours_are_served_too(root: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.css"
    own.write_text(SCRIPT, encoding="utf-8")
    app = Starlette(
        middleware=[Middleware(CompressedStatic, root=root, ours={"/own/1/own.css": own})]
    )
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        answer = await client.get("/own/1/own.css", headers={"accept-encoding": "gzip"})
        assert answer.text == SCRIPT
        assert answer.headers["content-type"].startswith("text/css")
        assert "immutable" in answer.headers["cache-control"]
        assert (await client.get("/own/2/own.css")).status_code == 404
