"""An address is the whole view: what was chosen by hand opens again in another browser."""

import itertools
import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.dashboard.stories import SLUG
from tests.e2e.pages import TITLES
from tests.e2e.serving import Watched

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

NewPage = Callable[..., Page]
_FILTERS = """() => [...document.querySelectorAll('[data-testid=stSidebar] input,'
  + '[data-testid=stSidebar] [role=spinbutton]')].map(one => one.value ?? one.innerText)"""
# The line on top of the page that names the filters in force.
_SAID_ANEW = """words => [...document.querySelectorAll('[data-testid=stText]')]
  .some(one => one.innerText.startsWith('Only posts') && one.innerText.includes(words))"""
SAYS = {
    "source": "on Bluesky",
    "target": "speak of OpenAI",
    "from": "from 27 Jan 2025, 06:00 UTC",
    "stance": "against OpenAI",
    "lang": "in en",
    "keyword": "with “openai”",
    "sentiment": "read as negative",
}
_TICKING = re.compile(r"\(.*? ago\)|\(just now\)")


def written(page: Page, key: str, value: str) -> None:
    """Waits until the address holds what was chosen, and the page has begun to say so."""
    page.wait_for_function(
        "([key, value]) => new URLSearchParams(location.search).getAll(key).join() === value",
        arg=[key, value],
    )
    page.wait_for_function(_SAID_ANEW, arg=SAYS[key])


def pick(page: Page, label: str, value: str, key: str) -> None:
    """Chooses ``value`` from a list as a person does."""
    page.get_by_test_id("stSidebar").get_by_label(label, exact=True).click()
    page.get_by_role("option", name=value, exact=True).click()
    if key != "target":  # a list of one closes by itself, and Escape would clear it
        page.keyboard.press("Escape")
    written(page, key, value)


def begin(page: Page) -> None:
    """Leaves out the first hours."""
    part = page.get_by_role("spinbutton", name="year, From (UTC)")
    part.press_sequentially("202501270600")
    page.keyboard.press("Enter")
    written(page, "from", "2025-01-27T06:00")


def say(page: Page) -> None:
    """Looks for a word."""
    page.get_by_role("searchbox").fill("openai")
    page.get_by_role("searchbox").press("Enter")
    written(page, "keyword", "openai")


# One more filter on each page that is visited, so that the last is opened with all of them.
BY_HAND: tuple[Callable[[Page], None], ...] = (
    lambda page: pick(page, "Sources", "bluesky", "source"),
    lambda page: pick(page, "Speaks of", "OpenAI", "target"),
    begin,
    lambda page: pick(page, "Stance", "against", "stance"),
    lambda page: pick(page, "Languages (detected)", "en", "lang"),
    say,
    lambda page: pick(page, "Sentiment", "negative", "sentiment"),
)


def seen(watched: Watched) -> tuple[str, list[str], dict[str, list[str]]]:
    """All words and numbers of a page but how long ago they came, its filters, its address."""
    page = watched.page
    text = _TICKING.sub("", page.get_by_test_id("stMain").inner_text())
    filters: list[str] = page.evaluate(_FILTERS)
    return text, filters, parse_qs(urlsplit(page.url).query)


def test_what_is_chosen_by_hand_on_each_page_opens_again_elsewhere(
    story_url: str, new_page: NewPage
) -> None:
    watched = Watched.open(new_page(), story_url, "/")
    page, another = watched.page, new_page()
    for (view, title), choose in itertools.zip_longest(TITLES.items(), BY_HAND[: len(TITLES)]):
        page.get_by_role("link", name=title, exact=True).first.click()
        page.wait_for_function("view => location.pathname === `/${view}`", arg=view)
        watched.settle()
        if choose is not None:
            choose(page)
            watched.settle()
        sent = urlsplit(page.url)
        again = Watched.open(another, story_url, f"{sent.path}?{sent.query}")
        assert seen(again) == seen(watched), title
        assert urlsplit(another.url).path == sent.path
        again.check()
    watched.check()


def test_back_and_forward_bring_each_page_with_its_filters(
    story_url: str, new_page: NewPage
) -> None:
    watched = Watched.open(new_page(), story_url, f"/?topic={SLUG}")
    page = watched.page
    pick(page, "Sources", "bluesky", "source")
    watched.settle()
    overview = seen(watched)
    page.get_by_role("link", name="Posts", exact=True).first.click()
    expect(page.get_by_role("heading", level=2)).to_have_text("264 posts")
    say(page)
    watched.settle()
    posts = seen(watched)
    page.go_back()
    expect(page.get_by_role("searchbox")).to_have_value("")
    watched.settle()
    assert seen(watched) == overview
    page.go_forward()
    expect(page.get_by_role("searchbox")).to_have_value("openai")
    watched.settle()
    assert seen(watched) == posts
    watched.check()


def test_an_address_without_a_topic_is_given_the_one_shown(
    story_url: str, new_page: NewPage
) -> None:
    watched = Watched.open(new_page(), story_url, "/")
    assert parse_qs(urlsplit(watched.page.url).query) == {"topic": [SLUG]}
    expect(watched.page.get_by_label("Topic", exact=True)).to_have_value(SLUG)
