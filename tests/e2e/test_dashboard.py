"""The pages in a real browser: policy, themes, phone, accessibility, links, downloads."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.dashboard.stories import SLUG
from tests.e2e.pages import VIEWS
from tests.e2e.serving import Watched

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PAGES_OF: dict[Literal["light", "dark"], str] = {
    "light": "rgb(255, 255, 255)",  # palette.LIGHT_PAGE and DARK_PAGE, as a browser says them
    "dark": "rgb(14, 17, 23)",
}
NewPage = Callable[..., Page]


def violations(page: Page) -> list[str]:
    """What axe finds: the rule and the first element."""
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:120]} {node['failureSummary'][:300]}"
        for rule in found
        for node in rule["nodes"][:3]
    ]


def downloaded(watched: Watched, label: str) -> list[dict[str, str]]:
    """Rows of the CSV behind a download button."""
    with watched.page.expect_download() as download:
        watched.page.get_by_role("button", name=label).first.click()
    body = Path(download.value.path()).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(body, newline="")))


@pytest.mark.parametrize("look", ["light", "phone"])
@pytest.mark.parametrize("view", VIEWS)
def test_a_page_is_quiet_ours_alone_fits_and_is_accessible_in_both_themes(
    story_url: str, new_page: NewPage, view: str, look: str
) -> None:
    watched = Watched.open(new_page(look), story_url, f"/{view}?topic={SLUG}&source=bluesky")
    page = watched.page
    for scheme, background in PAGES_OF.items():  # drawn once: the page changes as the system does
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        expect(page.get_by_test_id("stApp")).to_have_css("background-color", background)
        watched.settle()
        assert not watched.wide()
        assert violations(page) == []
    watched.check()


def test_the_accessibility_check_bites(new_page: NewPage) -> None:
    page = new_page()
    page.set_content("<html><body><p style='color:#eee'>pale</p><img src='x.png'></body></html>")
    assert {"color-contrast", "image-alt"} <= {rule.split(":")[0] for rule in violations(page)}


@pytest.mark.parametrize("path", ["/", "/posts", "/static/js/none.js", "/_stcore/health", "/api/x"])
def test_every_answer_carries_the_policy(story_url: str, path: str) -> None:
    answer = httpx.get(story_url + path)
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "same-origin"


def test_scripts_come_compressed_and_below_three_megabytes(
    story_url: str, new_page: NewPage
) -> None:
    page = new_page()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    Watched.open(page, story_url, f"/?topic={SLUG}")
    assert sum(sizes) < 3.0e6


def test_all_plots_are_drawn_and_no_exception_is_shown(story_url: str, new_page: NewPage) -> None:
    watched = Watched.open(new_page(), story_url, f"/?topic={SLUG}")
    expect(watched.page.locator(".js-plotly-plot")).to_have_count(4)
    expect(watched.page.locator("[data-testid=stException]")).to_have_count(0)
    expect(watched.page.get_by_text("Synthetic sample", exact=False).first).to_be_visible()


def test_each_number_opens_exactly_its_posts(story_url: str, new_page: NewPage) -> None:
    watched = Watched.open(new_page(), story_url, f"/?topic={SLUG}&from=2025-01-28T00:00")
    opened = watched.page.get_by_role("link", name=re.compile(r"^\d+ posts?"))
    hrefs = {link.inner_text().split()[0]: link.get_attribute("href") for link in opened.all()}
    assert len(hrefs) >= 4
    for number, href in hrefs.items():
        posts = Watched.open(new_page(), story_url, f"/{href}")
        expect(posts.page.get_by_role("heading", level=2)).to_have_text(
            f"{number} post{'' if number == '1' else 's'}"
        )
        rows = downloaded(posts, "Download")
        assert len(rows) == int(number)


def test_the_csv_is_the_chart(story_url: str, new_page: NewPage) -> None:
    watched = Watched.open(new_page(), story_url, f"/?topic={SLUG}")
    rows = downloaded(watched, "Download this chart as CSV")
    for name, source in (("Bluesky", "bluesky"), ("Hacker News", "hackernews")):
        cells = [row["posts"] for row in rows if row["source"] == source]
        drawn = watched.bars(0)[name]
        assert [float(cell) if cell else None for cell in cells] == drawn


def test_every_field_of_a_post_opens(story_url: str, new_page: NewPage) -> None:
    watched = Watched.open(new_page(), story_url, f"/posts?topic={SLUG}&source=hackernews")
    watched.page.get_by_text("Every field").first.click()
    code = watched.page.locator("[data-testid=stCode]").first
    expect(code).to_contain_text("uri: hackernews:")
    expect(code).to_contain_text("matched: sample-story")
    watched.check()


def test_a_page_that_is_none_of_ours_shows_the_first(story_url: str, new_page: NewPage) -> None:
    watched = Watched.open(
        new_page(), story_url, f"/?topic=<script>&source=%22%3E&keyword={'x' * 500}"
    )
    expect(watched.page.locator("[data-testid=stException]")).to_have_count(0)
    watched.check()
