"""Posts by people who target our readers: nothing of theirs runs, loads, links or is formatted."""

import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.dashboard.stories import HOSTILE, SLUG
from tests.e2e.pages import VIEWS
from tests.e2e.serving import Watched

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

NewPage = Callable[..., Page]
OUR_OWN = re.compile(r"<strong>\w+\.csv</strong>")  # names of files on the page of exports
FORMATTED = "strong, em, .katex, a[href*='//evil.example'], a[href^='javascript']"


def harmless(watched: Watched) -> None:
    """Nothing of the payload has become more than text."""
    page = watched.page
    assert page.evaluate("() => typeof window.pwned") == "undefined"
    main = page.locator("[data-testid=stMain]")
    made = [node.evaluate("e => e.outerHTML") for node in main.locator(FORMATTED).all()]
    assert [one for one in made if not OUR_OWN.fullmatch(one)] == []
    assert main.locator("img").count() == 0
    expect(page.locator("[data-testid=stException]")).to_have_count(0)
    watched.check()
    assert not watched.wide()


@pytest.mark.parametrize("look", ["light", "phone"])
@pytest.mark.parametrize("view", VIEWS)
def test_nothing_runs_loads_or_is_formatted(
    hostile_url: str, new_page: NewPage, view: str, look: str
) -> None:
    watched = Watched.open(new_page(look), hostile_url, f"/{view}?topic={SLUG}")
    harmless(watched)


def test_all_tables_and_details_are_harmless_too(hostile_url: str, new_page: NewPage) -> None:
    watched = Watched.open(new_page(), hostile_url, f"/?topic={SLUG}&source=bluesky")
    for table in watched.page.get_by_text("The same as a table").all():
        table.click()
        watched.settle()
    for details in watched.page.get_by_text("Every field").all():
        details.click()
    expect(watched.page.locator("[data-testid=stCode]").first).to_contain_text("<script>")
    harmless(watched)


def test_the_address_itself_is_harmless(hostile_url: str, new_page: NewPage) -> None:
    path = f"/?topic={SLUG}&keyword={quote(HOSTILE)}&source={quote(HOSTILE)}"
    watched = Watched.open(new_page(), hostile_url, path)
    harmless(watched)


def test_the_title_is_shown_as_it_was_written(hostile_url: str, new_page: NewPage) -> None:
    watched = Watched.open(new_page(), hostile_url, f"/?topic={SLUG}")
    title = watched.page.locator("h1").inner_text().replace("\N{WORD JOINER}", "")
    assert title == HOSTILE
