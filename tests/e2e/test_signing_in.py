"""Signing in with a real provider and a real browser: who sees what, and who sees nothing."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.sync_api import Page, expect

from groundswell.store.owner import served_by
from tests.dashboard import stories
from tests.e2e.identity import CLIENT, SECRET, Identity, provider
from tests.e2e.serving import PATIENCE_MS, STOP_S, Watched

pytestmark = pytest.mark.browser
pytest.importorskip("authlib", reason="needs the extra login: pip install 'groundswell[login]'")

SERVE = """
import sys
from pathlib import Path
from dashboard.serve import serve
from groundswell.settings import load
serve(load(Path(sys.argv[1])), port=0, announce=lambda line: print(line, flush=True))
"""
VIEWERS = '["viewer@example.org", "unverified@example.org"]'


@dataclass(frozen=True)
class Site:
    """A served home behind a login; ``log`` is all it said."""

    url: str
    identity: Identity
    home: Path
    log: Path


def write_settings(home: Path, identity: Identity, viewers: str = VIEWERS) -> None:
    (home / ".env").write_text(
        f"GROUNDSWELL_LOGIN_ISSUER={identity.url}\n"
        f"GROUNDSWELL_LOGIN_CLIENT_ID={CLIENT}\n"
        f"GROUNDSWELL_LOGIN_CLIENT_SECRET={SECRET}\n"
        f"GROUNDSWELL_LOGIN_VIEWERS={viewers}\n"
        'GROUNDSWELL_LOGIN_LABELLERS=["labeller@example.org"]\n'
        'GROUNDSWELL_LOGIN_OPERATORS=["operator@example.org"]\n'
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("behind-a-login")
    stories.write_topic(home)
    stories.fill(home, stories.story())
    log = home / "said.log"
    with provider() as identity, log.open("wb") as errors:
        write_settings(home, identity)
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE, str(home)],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )
        try:
            assert process.stdout is not None
            url = process.stdout.readline().split()[-1]
            yield Site(url=url, identity=identity, home=home, log=log)
        finally:
            process.terminate()
            code = process.wait(STOP_S)
        assert code == 0


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return new_page()


def sign_in(page: Page, site: Site, who: str, path: str = "") -> None:
    page.goto(site.url + path)
    page.get_by_role("button", name="Sign in").click(timeout=PATIENCE_MS)
    page.get_by_role("link", name=who).click(timeout=PATIENCE_MS)
    page.wait_for_url(f"{site.url}/**", timeout=PATIENCE_MS)


def sees_nothing(page: Page) -> None:
    expect(page.locator("h1")).to_have_text("Groundswell", timeout=PATIENCE_MS)
    assert "sample" not in page.locator("body").inner_text()
    assert page.get_by_role("link", name="Overview").count() == 0


@pytest.mark.parametrize("path", ["/", "/posts", "/sources?topic=sample-story", "/label"])
def test_before_signing_in_there_is_nothing_but_the_way_in(
    site: Site, page: Page, path: str
) -> None:
    watched = Watched.open(page, site.url, path)
    expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=PATIENCE_MS)
    sees_nothing(page)
    watched.check()


@pytest.mark.parametrize(
    ("who", "labels", "schedules"),
    [("viewer", False, False), ("labeller", True, False), ("operator", True, True)],
)
def test_who_is_on_the_list_sees_the_pages_and_may_what_their_role_may(
    site: Site, page: Page, who: str, labels: bool, schedules: bool
) -> None:
    sign_in(page, site, who)
    watched = Watched.open(page, site.url, "/label")
    expect(page.get_by_text(f"You label as {who}@example.org.")).to_be_visible(timeout=PATIENCE_MS)
    assert page.get_by_role("button", name="Draw posts").count() == int(labels)
    watched.check()
    page.goto(f"{site.url}/sources")
    expect(page.get_by_text("Nothing is scheduled")).to_be_visible(timeout=PATIENCE_MS)
    watched.settle()
    assert page.get_by_role("button", name="Add a job").count() == int(schedules)
    assert site.identity.asked[-1]["redirect_uri"] == f"{site.url}/oauth2callback"


@pytest.mark.parametrize("who", ["stranger", "unverified"])
def test_who_is_not_on_the_list_is_told_so_and_sees_nothing(
    site: Site, page: Page, who: str
) -> None:
    sign_in(page, site, who)
    told = page.get_by_text(f"{who}@example.org is not on the list of this server")
    expect(told).to_be_visible(timeout=PATIENCE_MS)
    sees_nothing(page)
    page.goto(f"{site.url}/posts")
    expect(told).to_be_visible(timeout=PATIENCE_MS)
    sees_nothing(page)


def test_who_signs_out_is_out(site: Site, page: Page) -> None:
    sign_in(page, site, "viewer")
    page.get_by_role("button", name="Sign out").click(timeout=PATIENCE_MS)
    expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=PATIENCE_MS)
    assert not [c for c in page.context.cookies() if c["name"].startswith("_streamlit_user")]
    page.goto(f"{site.url}/posts")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=PATIENCE_MS)


@pytest.mark.parametrize(
    "forged",
    [
        {"key": "another"},
        {"aud": "another-client"},
        {"iss": "https://evil.example"},
        {"nonce": "replayed"},
        {"exp": 1_600_000_000},
    ],
)
def test_a_token_that_is_not_for_this_login_opens_nothing(
    site: Site, page: Page, forged: dict[str, object]
) -> None:
    site.identity.forge |= forged
    sign_in(page, site, "operator")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=PATIENCE_MS)
    sees_nothing(page)


def test_a_cookie_that_was_made_up_opens_nothing(site: Site, page: Page) -> None:
    sign_in(page, site, "viewer")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible(timeout=PATIENCE_MS)
    (cookie,) = [c for c in page.context.cookies() if c["name"] == "_streamlit_user"]
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"
    value = cookie["value"]
    changed = ("A" if value[0] != "A" else "B") + value[1:]
    page.context.add_cookies([{"name": cookie["name"], "value": changed, "url": site.url}])
    page.goto(site.url)
    expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=PATIENCE_MS)


def test_scripts_need_a_token_and_a_cookie_is_none(site: Site, page: Page) -> None:
    sign_in(page, site, "operator")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible(timeout=PATIENCE_MS)
    for path in ("/api/v1/topics", "/api/status"):
        answer = page.context.request.get(site.url + path)
        assert answer.status == 401
    assert httpx.get(f"{site.url}/readyz").json()["ready"] is True


def test_no_secret_is_said_or_shown(site: Site, page: Page) -> None:
    sign_in(page, site, "operator")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible(timeout=PATIENCE_MS)
    card = served_by(site.home)
    assert card is not None
    for text in (page.content(), site.log.read_text()):
        assert SECRET not in text
        assert card.token not in text


@pytest.mark.parametrize(
    "path",
    [
        "/posts?topic=sample-story&source=hackernews&keyword=%22open%20model%22",
        "/?topic=sample-story&from=2025-01-28T00:00&to=2025-01-29T00:00",
        "/export?topic=sample-story&target=OpenAI&stance=against&stance=favor",
    ],
)
def test_after_signing_in_one_is_where_one_wanted_to_be(site: Site, page: Page, path: str) -> None:
    sign_in(page, site, "viewer", path)
    expect(page.get_by_text("Only posts")).to_be_visible(timeout=PATIENCE_MS)
    came, wanted = urlsplit(page.url), urlsplit(path)
    assert came.path == wanted.path
    assert parse_qs(came.query) == parse_qs(wanted.query)
    assert [c for c in page.context.cookies() if c["name"] == "groundswell_back"] == []
    page.get_by_role("button", name="Sign out").click(timeout=PATIENCE_MS)
    expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=PATIENCE_MS)
    page.wait_for_url(f"{site.url}/", timeout=PATIENCE_MS)


def test_a_page_of_another_site_cannot_say_where_one_lands(site: Site, page: Page) -> None:
    page.goto(f"{site.url}/posts?topic=//evil.example&next=https://evil.example")
    page.get_by_role("button", name="Sign in").click(timeout=PATIENCE_MS)
    page.get_by_role("link", name="viewer").click(timeout=PATIENCE_MS)
    expect(page.get_by_role("button", name="Sign out")).to_be_visible(timeout=PATIENCE_MS)
    assert page.url.startswith(f"{site.url}/posts?")


def test_a_changed_list_counts_while_the_page_is_open(site: Site, page: Page) -> None:
    sign_in(page, site, "viewer", "/posts?topic=sample-story")
    expect(page.get_by_role("heading", name="336 posts")).to_be_visible(timeout=PATIENCE_MS)
    try:
        write_settings(site.home, site.identity, '["unverified@example.org"]')
        page.get_by_text("Every field").first.click()
        told = page.get_by_text("viewer@example.org is not on the list of this server")
        expect(told).to_be_visible(timeout=PATIENCE_MS)
        sees_nothing(page)
        expect(page.get_by_text("take 2")).to_have_count(0)
        write_settings(site.home, site.identity, "[broken")
        page.reload()
        expect(told).to_be_visible(timeout=PATIENCE_MS)
    finally:
        write_settings(site.home, site.identity)
    page.goto(f"{site.url}/posts?topic=sample-story")
    expect(page.get_by_role("heading", name="336 posts")).to_be_visible(timeout=PATIENCE_MS)


def test_who_was_taken_off_the_list_loses_a_page_left_alone(site: Site, page: Page) -> None:
    """Within one tick of the top of the page, without a click."""
    sign_in(page, site, "viewer", "/posts?topic=sample-story")
    expect(page.get_by_role("heading", name="336 posts")).to_be_visible(timeout=PATIENCE_MS)
    try:
        write_settings(site.home, site.identity, '["unverified@example.org"]')
        told = page.get_by_text("viewer@example.org is not on the list of this server")
        expect(told).to_be_visible(timeout=45_000)
        sees_nothing(page)
    finally:
        write_settings(site.home, site.identity)
