"""Sources beside each other in a real browser: switches, addresses, downloads."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.dashboard.stories import SLUG
from tests.e2e.conftest import LOOKS
from tests.e2e.serving import Watched
from tests.e2e.test_dashboard import downloaded, violations

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

NewPage = Callable[..., Page]


def opened(new_page: NewPage, url: str, look: str = "light", **more: str) -> Watched:
    """The page, with these parts of its address."""
    rest = "".join(f"&{name}={value}" for name, value in more.items())
    return Watched.open(new_page(look), url, f"/compare?topic={SLUG}{rest}")


def names(watched: Watched) -> set[str]:
    """The traces of the one chart."""
    expect(watched.page.locator(".js-plotly-plot")).to_have_count(1)
    return set(watched.bars(0))


def test_a_switch_and_a_baseline_survive_being_sent_as_a_link(
    story_url: str, new_page: NewPage
) -> None:
    first = opened(new_page, story_url)
    page = first.page
    assert "Share against" in names(first)
    page.get_by_text("attention", exact=True).click()
    first.settle()
    page.get_by_label("Compared with").click()
    page.get_by_role("option", name="hackernews").click()
    expect(page.get_by_role("heading", name="Differences from Hacker News")).to_be_visible()
    first.settle()
    sent = urlsplit(page.url)
    assert parse_qs(sent.query)["measure"] == ["attention"]
    assert parse_qs(sent.query)["baseline"] == ["hackernews"]
    second = Watched.open(new_page("phone"), story_url, f"{sent.path}?{sent.query}")
    assert "Share of the source's posts" in names(second)
    expect(second.page.get_by_role("heading", name="Differences from Hacker News")).to_be_visible()
    assert not second.wide()
    first.check()
    second.check()


@pytest.mark.parametrize("look", list(LOOKS))
def test_warnings_and_tables_are_accessible_and_fit(
    story_url: str, new_page: NewPage, look: str
) -> None:
    watched = opened(new_page, story_url, look, baseline="bluesky")
    expect(watched.page.get_by_text("Before you compare:")).to_be_visible()
    watched.check()
    assert not watched.wide()
    assert violations(watched.page) == []


def test_the_csv_is_the_chart(story_url: str, new_page: NewPage) -> None:
    watched = opened(new_page, story_url, measure="posts", source="bluesky")
    rows = downloaded(watched, "Download this chart as CSV")
    drawn = watched.bars(0)["Posts"]
    cells = [row["posts"] for row in rows]
    assert [float(cell) if cell else None for cell in cells] == drawn


def test_both_tables_come_as_csv(story_url: str, new_page: NewPage) -> None:
    watched = opened(new_page, story_url)
    buttons = watched.page.get_by_role("button", name="Download this table as CSV")
    expect(buttons).to_have_count(2)
    rows = downloaded(watched, "Download this table as CSV")
    assert [row["source"] for row in rows] == ["Bluesky", "Hacker News", "all together"]
    parts = [int(row["posts"]) for row in rows]
    assert parts[0] + parts[1] == parts[2]


def test_one_source_leads_back_to_all(story_url: str, new_page: NewPage) -> None:
    watched = opened(new_page, story_url, source="bluesky")
    page = watched.page
    link = page.get_by_role("link", name=re.compile("Compare 2 sources"))
    href = link.get_attribute("href") or ""
    wider = Watched.open(new_page(), story_url, f"/{href}")
    expect(wider.page.get_by_role("heading", name="Differences")).to_be_visible()
    wider.check()


def test_it_is_found_in_the_menu_and_keeps_the_filters(story_url: str, new_page: NewPage) -> None:
    watched = Watched.open(new_page(), story_url, f"/?topic={SLUG}&lang=en")
    watched.page.get_by_role("link", name="Compare").first.click()
    expect(watched.page.get_by_role("heading", name="Each source")).to_be_visible()
    assert "lang=en" in watched.page.url
    watched.settle()
    watched.check()
