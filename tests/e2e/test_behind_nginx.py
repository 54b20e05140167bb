"""deploy/nginx.conf in a real nginx: pages, websocket, downloads, tokens, and what stays inside."""

import csv
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from groundswell import api_tokens
from groundswell.store.owner import served_by
from tests.dashboard import stories
from tests.e2e.identity import CLIENT, SECRET, Identity, provider
from tests.e2e.proxy import NGINX, free_ports, proxied, trusting
from tests.e2e.serving import PATIENCE_MS, STOP_S, Watched

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed (apt-get install nginx)"),
]
SERVE = """
import sys
from pathlib import Path
from dashboard.serve import serve
from groundswell.settings import load
serve(load(Path(sys.argv[1])), port=int(sys.argv[2]), names=sys.argv[3:],
      no_login="NO_LOGIN" in __import__("os").environ,
      announce=lambda line: print(line, flush=True))
"""


@dataclass(frozen=True)
class Site:
    """``url`` is nginx's, by https; ``http`` the plain port beside it."""

    url: str
    http: int
    home: Path

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, verify=trusting(self.home), timeout=STOP_S)


def running(home: Path, names: list[str], **environment: str) -> Iterator[Site]:
    """A served story and nginx in front of it."""
    server, http, https = free_ports(3)
    url = f"https://localhost:{https}"
    told = {name: value.format(url=url) for name, value in environment.items()}
    stories.write_topic(home)
    stories.fill(home, stories.story())
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(home), str(server), *names],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | told,
    )
    try:
        assert process.stdout is not None
        upstream = process.stdout.readline().split()[-1]
        with proxied(home, upstream, http, https) as shown:
            assert shown == url
            yield Site(url=url, http=http, home=home)
    finally:
        process.terminate()
        code = process.wait(STOP_S)
    assert code == 0


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Whoever gets to the proxy sees the pages."""
    yield from running(tmp_path_factory.mktemp("proxied"), ["localhost"], NO_LOGIN="1")


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A browser that takes the test's certificate."""
    context = chromium.new_context(ignore_https_errors=True)
    yield context.new_page()
    context.close()


def test_pages_their_files_and_their_websocket_pass(site: Site, page: Page) -> None:
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    watched = Watched.open(page, site.url, "/?topic=sample-story")
    assert page.locator(".js-plotly-plot").count() >= 3
    assert sockets == [f"wss{site.url[5:]}/_stcore/stream"]
    page.get_by_role("link", name="Posts", exact=True).click()
    heading = page.get_by_role("heading", name="336 posts", exact=True)
    expect(heading).to_be_visible(timeout=PATIENCE_MS)
    watched.check()


def test_a_download_passes_whole(site: Site, page: Page) -> None:
    Watched.open(page, site.url, "/posts?topic=sample-story")
    with page.expect_download(timeout=PATIENCE_MS) as caught:
        page.get_by_role("button", name="Download 336 posts as CSV").click()
    body = Path(caught.value.path()).read_bytes().decode()
    rows = list(csv.DictReader(io.StringIO(body, newline="")))
    assert len(rows) == 336
    assert {row["source"] for row in rows} == {"bluesky", "hackernews"}


def test_a_script_with_a_token_passes_and_no_other(site: Site) -> None:
    token = api_tokens.add(site.home, "through-nginx")
    with site.client() as client:
        path = "/api/v1/sample-story/posts.csv?per_page=500"
        assert client.get(path).status_code == 401
        answer = client.get(path, headers={"authorization": f"Bearer {token}"})
    assert len(list(csv.DictReader(io.StringIO(answer.text, newline="")))) == 336


def test_the_routes_of_the_command_line_stay_inside(site: Site) -> None:
    card = served_by(site.home)
    assert card is not None
    token = {"authorization": f"Bearer {card.token}"}
    assert httpx.get(f"{card.url}/api/status", headers=token).status_code == 200
    with site.client() as client:
        for path in ("/api/status", "/api/schedule", "/api/v1/../status", "/api/v1/%2e%2e/status"):
            assert client.get(path, headers=token).status_code == 404


def test_answers_say_to_come_by_https_and_keep_their_own_headers(site: Site) -> None:
    with site.client() as client:
        answer = client.get("/")
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
        assert answer.headers["x-frame-options"] == "DENY"
        assert "nginx/" not in answer.headers.get("server", "")
        assert client.get("/readyz").json()["ready"] is True
        assert client.get("/", headers={"origin": "https://evil.example"}).status_code == 403


def test_plain_http_leads_to_https_and_other_names_nowhere(site: Site) -> None:
    plain = httpx.get(f"http://127.0.0.1:{site.http}/posts", headers={"host": "localhost"})
    assert (plain.status_code, plain.headers["location"]) == (301, f"{site.url}/posts")
    by_number = site.url.replace("localhost", "127.0.0.1")
    with pytest.raises(httpx.ConnectError, match="unrecognized name"):
        httpx.get(by_number, verify=False)
    with site.client() as client:
        answer = client.get("/", headers={"host": "evil.example"})
        assert answer.status_code == 421


@pytest.fixture(scope="module")
def identity() -> Iterator[Identity]:
    pytest.importorskip("authlib", reason="needs the extra login: pip install 'groundswell[login]'")
    with provider() as one:
        yield one


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory, identity: Identity) -> Iterator[Site]:
    """The same with the server's own login."""
    yield from running(
        tmp_path_factory.mktemp("team"),
        [],
        GROUNDSWELL_LOGIN_ISSUER=identity.url,
        GROUNDSWELL_LOGIN_CLIENT_ID=CLIENT,
        GROUNDSWELL_LOGIN_CLIENT_SECRET=SECRET,
        GROUNDSWELL_LOGIN_URL="{url}",
        GROUNDSWELL_LOGIN_VIEWERS='["viewer@example.org"]',
    )


def test_signing_in_passes_and_its_cookies_are_for_https_alone(team: Site, page: Page) -> None:
    page.goto(team.url)
    page.get_by_role("button", name="Sign in").click(timeout=PATIENCE_MS)
    page.get_by_role("link", name="viewer").click(timeout=PATIENCE_MS)
    page.wait_for_url(f"{team.url}/**", timeout=PATIENCE_MS)
    expect(page.get_by_text("viewer@example.org")).to_be_visible(timeout=PATIENCE_MS)
    cookies = [cookie for cookie in page.context.cookies() if cookie["domain"] == "localhost"]
    assert {"_streamlit_user", "_streamlit_xsrf"} <= {cookie["name"] for cookie in cookies}
    assert all(cookie["secure"] for cookie in cookies)
