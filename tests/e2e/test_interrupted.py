"""A page that stays open: sites go down, posts come in, the server is killed and comes back."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from groundswell.spool import Match, Spool
from tests.collectors.fake_hackernews import FakeSearch, story
from tests.collectors.web import Reply
from tests.dashboard import stories
from tests.e2e.serving import PATIENCE_MS, STOP_S, Watched, started
from tests.e2e.test_dashboard import violations

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

NewPage = Callable[..., Page]
SLUG = "open-page"
TOPIC = """
title = "A page that stays open"
query = "openai OR deepseek"
since = {since}
synthetic = true
[[targets]]
name = "OpenAI"
[sources.hackernews]
[sources.bluesky]
"""
TICK_MS = 30_000 + 15_000  # of the line of freshness, and a busy machine
NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)


def taken(at: datetime, number: int) -> dict[str, object]:
    return story(int(at.timestamp()), f"OpenAI and DeepSeek, take {number}")


class Home:
    """A home whose Hacker News is on this machine, collected by the command line alone."""

    def __init__(self, folder: Path, site: FakeSearch) -> None:
        self.folder, self.site = folder, site
        (folder / "topics").mkdir(parents=True)
        since = (NOW - timedelta(days=2)).date()
        (folder / "topics" / f"{SLUG}.toml").write_text(TOPIC.format(since=since))

    def collect(self) -> int:
        """Exit code of a collector in a process of its own."""
        words = ["collect", SLUG, "--source", "hackernews", "--home", str(self.folder)]
        environment = os.environ | {
            "GROUNDSWELL_HACKERNEWS_URL": self.site.web.url,
            "GROUNDSWELL_ALLOW_PRIVATE_ADDRESSES": "1",
            "GROUNDSWELL_LEAST_FREE_BYTES": "0",
            "GROUNDSWELL_REQUEST_TRIES": "2",
        }
        command = [sys.executable, "-m", "groundswell.cli", *words]
        return subprocess.run(command, env=environment, capture_output=True, timeout=120).returncode

    def hand_over(self, first: int, count: int, at: datetime) -> None:
        """Posts of Bluesky, as its collector would leave them."""
        posts = [stories.post(first + n, created_at=at, first_seen_at=at) for n in range(count)]
        batch = stories.batch(posts, "bluesky", run_id=f"run-{first}", written_at=at)
        matches = (Match(topic=SLUG, query="0123456789ab", route="search"),)
        own = [replace(one, matches=matches) for one in batch.posts]
        Spool(self.folder, limit_bytes=10**9).write(
            replace(batch, topic=SLUG, targets={SLUG: ["OpenAI"]}, posts=own)
        )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """Twenty posts of yesterday were collected, and nothing is wrong yet."""
    search = FakeSearch([taken(NOW - timedelta(hours=30 - n), n) for n in range(20)])
    with search.serving():
        made = Home(tmp_path_factory.mktemp("open"), search)
        assert made.collect() == 0
        yield made


class Server:
    """The home, served at one port however often it is killed."""

    def __init__(self, home: Home) -> None:
        self._folder = home.folder
        self._process, self.url = started(home.folder)

    def kill(self) -> None:
        """At once, without any order."""
        self._process.kill()
        self._process.wait(STOP_S)

    def start(self) -> None:
        """Again, where it was."""
        self._process, _ = started(self._folder, urlsplit(self.url).port or 0)


@pytest.fixture(scope="module")
def server(home: Home) -> Iterator[Server]:
    running = Server(home)
    yield running
    running.kill()


def test_a_site_that_goes_down_is_said_without_moving_the_page(
    home: Home, server: Server, new_page: NewPage
) -> None:
    watched = Watched.open(new_page(), server.url, f"/?topic={SLUG}")
    page = watched.page
    expect(page.get_by_text("1 of 2 sources healthy: Bluesky not asked yet")).to_be_visible()
    page.get_by_text("The same as a table").first.click()
    table = page.get_by_test_id("stDataFrame").first
    expect(table).to_be_visible()
    watched.settle()
    table.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    before = table.bounding_box()
    assert before is not None
    home.site.faults = [Reply(status=503)] * 20
    began = datetime.now(UTC)
    assert home.collect() == 1
    home.site.faults = []
    line = page.get_by_text(re.compile("Hacker News failing"))
    expect(line).to_be_visible(timeout=TICK_MS)
    said = re.search(r"no good run since (.*?) UTC\)", line.inner_text())
    assert said is not None
    assert datetime.strptime(f"{said[1]} +0000", "%d %b %Y, %H:%M %z") <= began
    # The line above has grown: what is read must stay where it is in the window, open as it was.
    assert table.bounding_box() == pytest.approx(dict(before), abs=1)
    watched.check()


def test_a_source_that_is_down_says_what_to_do_and_leaves_a_gap_in_the_charts(
    home: Home, server: Server, new_page: NewPage
) -> None:
    home.hand_over(8_000, 6, datetime.now(UTC))
    page = new_page("phone")
    watched = Watched.open(page, server.url, f"/sources?topic={SLUG}")
    expect(page.get_by_text("Hacker News: the last run read nothing")).to_be_visible()
    expect(page.get_by_text(f"groundswell doctor {SLUG}")).to_be_visible()
    assert not watched.wide()
    assert violations(page) == []
    watched.check()
    overview = Watched.open(new_page(), server.url, f"/?topic={SLUG}")
    expect(
        overview.page.get_by_text(re.compile(r"Not read: .* of Hacker News")).first
    ).to_be_visible()
    gaps = overview.page.evaluate(
        "() => document.querySelector('.js-plotly-plot').layout.shapes"
        ".filter(shape => shape.type === 'rect').map(shape => shape.x1)"
    )
    assert gaps
    overview.check()
    home.site.faults = [Reply(status=403, body=b"members only")] * 20
    assert home.collect() == 1
    home.site.faults = []
    refused = Watched.open(new_page(), server.url, f"/sources?topic={SLUG}")
    expect(refused.page.get_by_text("Hacker News: the site refused the last run")).to_be_visible()
    refused.check()


def test_a_page_outlives_the_server_and_shows_what_came_meanwhile(
    home: Home, server: Server, new_page: NewPage
) -> None:
    watched = Watched.open(new_page(), server.url, f"/posts?topic={SLUG}&source=hackernews")
    page = watched.page
    page.get_by_role("searchbox").fill("take")
    page.get_by_role("searchbox").press("Enter")
    expect(page.get_by_text("Only posts on Hacker News, with “take”.")).to_be_visible()
    watched.settle()
    expect(page.get_by_role("heading", level=2)).to_have_text("20 posts")
    address = page.url
    server.kill()
    expect(page.get_by_role("dialog")).to_contain_text("Connection error", timeout=PATIENCE_MS)
    home.site.hits += [taken(datetime.now(UTC), 99)]
    assert home.collect() == 0
    server.start()
    expect(page.get_by_role("dialog")).to_have_count(0, timeout=PATIENCE_MS)
    expect(page.get_by_role("heading", level=2)).to_have_text("21 posts", timeout=PATIENCE_MS)
    watched.settle()
    assert page.url == address
    expect(page.get_by_role("searchbox")).to_have_value("take")
    expect(page.get_by_text("Only posts on Hacker News, with “take”.")).to_be_visible()
    watched.complaints.clear()  # of the time without a server
    page.get_by_role("link", name="Overview", exact=True).click()
    expect(page.get_by_role("heading", level=2)).to_contain_text("21 posts by")
    watched.settle()
    watched.check()
