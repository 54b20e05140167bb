"""Quoting somebody in a real browser: going on, copying a citation, and one account's posts."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.dashboard.stories import HOSTILE, SLUG
from tests.e2e.serving import Watched
from tests.e2e.test_dashboard import violations

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

NewPage = Callable[..., Page]
OPEN = f"/voices?topic={SLUG}"


def opened(url: str, page: Page, path: str = OPEN) -> Watched:
    """The page, once both of its sides are there."""
    watched = Watched.open(page, url, path)
    expect(page.get_by_role("heading", name=re.compile("^Against OpenAI"))).to_be_visible()
    return watched


def rows_of(page: Page, label: str | re.Pattern[str]) -> list[dict[str, str]]:
    """Rows of the CSV behind a download button."""
    with page.expect_download() as download:
        page.get_by_role("button", name=label).first.click()
    body = Path(download.value.path()).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(body, newline="")))


def test_a_citation_is_copied(story_url: str, new_page: NewPage) -> None:
    page = new_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    watched = opened(story_url, page)
    page.get_by_role("button", name="Cite").first.click()
    plain = page.locator("[data-testid=stCode]").filter(has_text="Last seen there").first
    plain.hover()
    plain.get_by_label("Copy to clipboard").click()
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert re.match(r"Sample \d+ \(sample-user-\d+\), (Bluesky|Hacker News), \d+ Jan 2025", copied)
    assert "nobody said it" in copied
    assert "https://example.org/" in copied
    assert violations(page) == []
    watched.check()


def test_another_five_go_on_and_the_csv_holds_all(story_url: str, new_page: NewPage) -> None:
    page = new_page()
    watched = opened(story_url, page)
    said = page.get_by_text("most worth quoting").first
    expect(said).to_have_text(re.compile(r"^1 to 5 of the \d+ most worth quoting$"))
    total = int(said.inner_text().split()[5])
    page.get_by_role("button", name="Another five").first.click()
    expect(said).to_have_text(re.compile(r"^6 to "))
    rows = rows_of(page, re.compile(rf"Download {total} quotes"))
    assert len(rows) == total
    assert len({row["author"] + row["source"] for row in rows}) == total
    assert {row["stance"] for row in rows} == {"against"}
    watched.check()


def test_each_row_leads_to_exactly_the_posts_of_its_account(
    story_url: str, new_page: NewPage
) -> None:
    watched = opened(story_url, new_page())
    row = rows_of(watched.page, "Download this table as CSV")[0]
    posts = Watched.open(
        new_page("phone"), story_url, f"/posts?topic={SLUG}&author={row['account']}"
    )
    expect(posts.page.get_by_role("heading", level=2)).to_have_text(f"{row['posts']} posts")
    expect(posts.page.get_by_text(f"Only posts by {row['author_name']}")).to_be_visible()
    posts.page.get_by_role("button", name="Show all accounts").click()
    expect(posts.page.get_by_role("heading", level=2)).to_have_text("336 posts")
    assert "author=" not in posts.page.url
    assert not posts.wide()
    posts.check()


def test_a_hostile_citation_and_account_are_harmless(hostile_url: str, new_page: NewPage) -> None:
    watched = Watched.open(new_page(), hostile_url, OPEN)
    for cite in watched.page.get_by_role("button", name="Cite").all()[:1]:
        cite.click()
        expect(watched.page.locator("[data-testid=stCode]").first).to_be_visible()
    assert watched.page.evaluate("() => typeof window.pwned") == "undefined"
    assert watched.page.locator("[data-testid=stMain] img").count() == 0
    watched.check()
    account = Watched.open(new_page(), hostile_url, f"/posts?topic={SLUG}&author={HOSTILE[:60]}")
    expect(account.page.locator("[data-testid=stException]")).to_have_count(0)
    assert account.page.evaluate("() => typeof window.pwned") == "undefined"
    account.check()
