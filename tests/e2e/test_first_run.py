"""From an empty home to the first chart: a real server, real runs, a site on this machine."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from groundswell.topic import load
from tests.collectors.fake_hackernews import FakeSearch, story
from tests.dashboard.stories import HOSTILE
from tests.e2e.conftest import LOOKS
from tests.e2e.serving import PATIENCE_MS, STOP_S, Watched
from tests.e2e.test_dashboard import violations
from tests.e2e.test_hostile_text import harmless

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

NewPage = Callable[..., Page]
TAKES = 60
SLOW_S = 0.5  # of the site, so that a run is seen while it goes on


@contextmanager
def serving(home: Path, site: FakeSearch) -> Iterator[str]:
    """Address of a served home whose Hacker News is ``site``; ended as a terminal ends it."""
    more = {
        "GROUNDSWELL_HACKERNEWS_URL": site.web.url,
        "GROUNDSWELL_ALLOW_PRIVATE_ADDRESSES": "1",
        "GROUNDSWELL_LEAST_FREE_BYTES": "0",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "groundswell.cli", "serve", "--port", "0", "--home", str(home)],
        env=os.environ | more,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        assert "http://" in said, "the dashboard did not start"
        yield said.split()[-1]
    finally:
        process.terminate()
        code = process.wait(STOP_S)
    assert code == 0


@pytest.fixture(scope="module")
def site() -> Iterator[FakeSearch]:
    """A slow search with a story of the last days."""
    now = int(time.time())
    search = FakeSearch(
        [story(now - 3_600 * n, f"OpenAI and DeepSeek, take {n}") for n in range(1, TAKES + 1)]
    )
    search.before_answer = lambda _: time.sleep(SLOW_S)
    with search.serving():
        yield search


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with nothing in it."""
    return tmp_path_factory.mktemp("fresh")


@pytest.fixture(scope="module")
def url(home: Path, site: FakeSearch) -> Iterator[str]:
    """It, served with its schedule."""
    with serving(home, site) as address:
        yield address


def new_topic(page: Page, url: str) -> Watched:
    """The page, reached from the first one, once it knows the sources."""
    is_narrow = (page.viewport_size or {"width": 0})["width"] < 600  # the chooser is folded away
    watched = Watched.open(page, url, "/new_topic" if is_narrow else "/")
    if not is_narrow:
        page.get_by_role("link", name="New topic").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("New topic")
    expect(page.get_by_role("button", name="Create and collect")).to_be_visible(timeout=PATIENCE_MS)
    watched.settle()
    return watched


def test_from_nothing_to_the_first_chart(url: str, home: Path, new_page: NewPage) -> None:
    watched = new_topic(new_page(), url)
    page = watched.page
    query = page.get_by_label("Query", exact=True)
    query.press_sequentially("openai AND")
    expect(page.get_by_text("the query ends after AND")).to_be_visible()
    query.press_sequentially(" deepseek")
    expect(page.get_by_text("Posts that mention “openai” and “deepseek”.")).to_be_visible()
    page.get_by_label("Title").fill("Who copied whom?")
    page.get_by_label("Title").press("Enter")
    expect(page.get_by_text("it is called who-copied-whom")).to_be_visible()
    page.get_by_label("Targets").fill("OpenAI: open ai\nDeepSeek")
    page.get_by_label("Targets").press("Control+Enter")
    watched.settle()
    page.get_by_role("button", name="Ask the sources").click()
    expect(page.get_by_text(re.compile(f"About {TAKES} hits"))).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("button", name="Create and collect").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who copied whom?")
    expect(page.get_by_role("heading", name="Collecting:")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_role("heading", name="What to look for")).to_have_count(
        0, timeout=PATIENCE_MS
    )
    expect(page.get_by_role("heading", name=f"{TAKES} posts collected")).to_be_visible(
        timeout=PATIENCE_MS
    )
    # The page is drawn once more when all is collected, and its chart with it.
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible(timeout=PATIENCE_MS)
    watched.settle()
    assert sum(watched.bars(0)["Hacker News"]) == TAKES
    topic = load(home / "topics" / "who-copied-whom.toml")
    assert [target.name for target in topic.targets] == ["OpenAI", "DeepSeek"]
    assert list(topic.sources) == ["hackernews"]
    page.get_by_role("link", name="Open the overview").click()
    expect(page.get_by_role("heading", level=2).first).to_contain_text(f"{TAKES} posts by")
    watched.settle()
    assert page.url.endswith("/?topic=who-copied-whom")
    watched.check()


def test_a_draft_outlives_a_reload_and_the_form_goes_at_once(
    tmp_path: Path, site: FakeSearch, new_page: NewPage
) -> None:
    with serving(tmp_path, site) as address:
        watched = new_topic(new_page(), address)
        page = watched.page
        expect(page.get_by_label("Speaks of")).to_have_count(0)
        title = 'What <b>"she"</b> said & # why?'
        page.get_by_label("Title").fill(title)
        page.get_by_label("Query", exact=True).fill('openai AND "deep seek"')
        page.get_by_label("Query", exact=True).press("Enter")
        page.get_by_label("Targets").fill("OpenAI: open ai\nDeepSeek")
        page.get_by_label("Targets").press("Control+Enter")
        watched.settle()
        page.reload()
        expect(page.get_by_text("it is called what-b-she-b-said-why")).to_be_visible(
            timeout=PATIENCE_MS
        )
        expect(page.get_by_label("Title")).to_have_value(title)
        expect(page.get_by_label("Query", exact=True)).to_have_value('openai AND "deep seek"')
        expect(page.get_by_label("Targets")).to_have_value("OpenAI: open ai\nDeepSeek")
        watched.settle()
        page.get_by_role("button", name="Create and collect").click()
        expect(page.get_by_role("heading", name="Collecting:")).to_be_visible(timeout=PATIENCE_MS)
        assert page.get_by_role("heading", name="What to look for").count() == 0
        assert page.get_by_role("button", name="Create and collect").count() == 0
        page.wait_for_url(lambda url: "new_" not in url.partition("?")[2], timeout=PATIENCE_MS)
        page.get_by_role("button", name="Make another topic").click()
        expect(page.get_by_label("Title")).to_have_value("", timeout=PATIENCE_MS)
        watched.settle()
        watched.check()


def test_the_page_is_not_moved_while_it_refreshes(url: str, new_page: NewPage) -> None:
    watched = new_topic(new_page("phone"), url)
    page = watched.page
    page.get_by_label("Query", exact=True).fill("openai AND deepseek")
    page.get_by_label("Title").fill("Where the page stands")
    page.get_by_label("Title").press("Enter")
    expect(page.get_by_text("it is called where-the-page-stands")).to_be_visible()
    page.get_by_role("button", name="Create and collect").click()
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("link", name="Open the overview").scroll_into_view_if_needed()
    where = "() => document.querySelector('[data-testid=stMain]').scrollTop"
    page.wait_for_timeout(500)
    before = page.evaluate(where)
    page.wait_for_timeout(5_000)  # two refreshes and more
    assert page.evaluate(where) == before
    assert not watched.wide()
    watched.check()


def test_a_hostile_title_stays_text(tmp_path: Path, site: FakeSearch, new_page: NewPage) -> None:
    with serving(tmp_path, site) as address:
        watched = new_topic(new_page(), address)
        page = watched.page
        page.get_by_label("Query", exact=True).fill('"<b>deepseek</b> :red[x]" OR openai')
        page.get_by_label("Title").fill(HOSTILE)
        page.get_by_label("Title").press("Enter")
        expect(page.get_by_text("Posts that mention")).to_be_visible()
        watched.settle()
        harmless(watched)
        page.get_by_role("button", name="Create and collect").click()
        expect(page.get_by_role("heading", name=f"{TAKES} posts collected")).to_be_visible(
            timeout=PATIENCE_MS
        )
        watched.settle()
        harmless(watched)
        title = page.locator("h1").inner_text().replace("\N{WORD JOINER}", "")
        assert title == HOSTILE


@pytest.mark.parametrize("look", list(LOOKS))
def test_the_form_is_quiet_fits_and_is_accessible(url: str, new_page: NewPage, look: str) -> None:
    watched = new_topic(new_page(look), url)
    page = watched.page
    page.get_by_label("Query", exact=True).fill("openai AND (deepseek")
    expect(page.get_by_text("This cannot be read yet.")).to_be_visible()
    page.get_by_label("Query", exact=True).fill("openai AND deepseek")
    page.get_by_label("Query", exact=True).press("Enter")
    expect(page.get_by_text("Posts that mention")).to_be_visible()
    watched.settle()
    box = page.get_by_test_id("stMain").get_by_label("Sources", exact=True)
    box.evaluate("box => box.scrollIntoView({block: 'center'})")  # a scroll would close its list
    page.wait_for_timeout(500)
    for name in ("Mastodon", "YouTube"):
        box.press_sequentially(name)
        page.wait_for_timeout(300)
        box.press("Enter")
        watched.settle()
    page.keyboard.press("Escape")
    expect(page.get_by_text("YouTube is not ready")).to_be_visible()
    page.get_by_role("button", name="Create and collect").click()
    expect(page.get_by_text("Servers of Mastodon: is missing.")).to_be_visible()
    watched.settle()
    watched.check()
    assert not watched.wide()
    assert violations(page) == []
