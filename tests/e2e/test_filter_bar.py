"""Narrative and originals in a real browser: chosen, kept from page to page, in a link, lifted."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from groundswell.run import utc_now
from groundswell.spool import Batch, Compared, Copy, Spool
from tests.dashboard import stories
from tests.dashboard.test_narratives_page import SIDES, collected, told
from tests.e2e.serving import Watched, served
from tests.e2e.test_dashboard import violations

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

NewPage = Callable[..., Page]
COPIES = 10  # of one post of the narrative against the target


@pytest.fixture(scope="module")
def argued_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A served home with two narratives, one of them under a hostile name, and copies."""
    home: Path = tmp_path_factory.mktemp("argued")
    stories.write_topic(home)
    first = SIDES[0][0]
    copies = [
        Copy(
            source=one.source, uri=one.uri, seen_at=one.first_seen_at,
            group_source=first.source, group_uri=first.uri,
        )
        for one, _ in SIDES[: COPIES + 1]
    ]  # fmt: skip
    grouped = Batch(
        source="copies", topic=stories.SLUG, route="copies", run_id="copies", seq=0,
        written_at=utc_now(), copies=copies, compared=Compared(posts=50, fingerprint="f"),
    )  # fmt: skip
    spool = Spool(home)
    terms = {"against": ("smoke", "river"), "favor": (stories.HOSTILE,)}
    for one in (collected(SIDES), told(SIDES, terms), grouped):
        spool.write(one)
    with served(home) as url:
        yield url


@pytest.mark.parametrize("look", ["light", "phone"])
def test_both_filters_last_from_page_to_page_and_in_a_link(
    argued_url: str, new_page: NewPage, look: str
) -> None:
    page = new_page(look)
    path = f"/posts?topic={stories.SLUG}&target=OpenAI"
    watched = Watched.open(page, argued_url, path)
    expect(page.get_by_role("heading", name="50 posts")).to_be_visible()
    _bar(page, look)
    box = page.get_by_role("combobox", name="Narrative")
    box.scroll_into_view_if_needed()
    page.wait_for_timeout(500)  # a list closes while what is under it moves
    box.click()
    page.get_by_role("option", name="Against: smoke").click()
    expect(page.get_by_role("heading", name="40 posts")).to_be_attached()
    page.get_by_text("Originals only", exact=True).click()
    expect(page.get_by_role("heading", name="30 posts")).to_be_attached()
    assert "narrative=idagainst" in page.url
    assert "originals=true" in page.url
    if look == "light":
        page.get_by_test_id("stTopNavLink").filter(has_text="Export").click()
        expect(page.get_by_role("heading", name="30 posts as files")).to_be_visible()
        assert {"narrative=idagainst", "originals=true"} <= set(page.url.split("?")[1].split("&"))
    again = Watched.open(new_page(look), argued_url, page.url.removeprefix(argued_url))
    expect(again.page.get_by_role("heading", name="30 posts")).to_be_visible()
    assert violations(again.page) == []
    again.page.get_by_role("button", name="Show all narratives").click()
    expect(again.page.get_by_role("heading", name="40 posts")).to_be_visible()
    assert "narrative=" not in again.page.url
    again.page.get_by_role("button", name="Show everything").click()
    expect(again.page.get_by_role("heading", name="50 posts")).to_be_visible()
    assert "originals=" not in again.page.url
    watched.check()
    again.check()


def test_a_hostile_name_is_an_option_and_nothing_else(argued_url: str, new_page: NewPage) -> None:
    page = new_page()
    path = f"/posts?topic={stories.SLUG}&target=OpenAI&narrative=idfavor"
    watched = Watched.open(page, argued_url, path)
    expect(page.get_by_role("heading", name="10 posts")).to_be_visible()
    page.get_by_role("combobox", name="Narrative").click()
    expect(page.get_by_role("option")).to_have_count(2)
    assert page.evaluate("() => window.pwned") is None
    watched.check()


def test_a_narrative_that_ended_shows_nothing_and_a_way_out(
    argued_url: str, new_page: NewPage
) -> None:
    page = new_page()
    path = f"/posts?topic={stories.SLUG}&target=OpenAI&narrative=gone"
    watched = Watched.open(page, argued_url, path)
    expect(page.get_by_text("This narrative has ended, or was never there")).to_be_visible()
    expect(page.get_by_role("link", name="Show the 50 posts")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Show all narratives").click()
    expect(page.get_by_role("heading", name="50 posts")).to_be_visible()
    watched.check()


def _bar(page: Page, look: str) -> None:
    if look == "phone":
        page.get_by_test_id("stExpandSidebarButton").click()
