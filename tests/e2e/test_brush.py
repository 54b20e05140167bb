"""Dragging over a chart sets the period, a click leads to the posts, a finger scrolls the page."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.dashboard.stories import SLUG
from tests.e2e.conftest import LOOKS
from tests.e2e.serving import Watched

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

NewPage = Callable[..., Page]
# Hours after 27 January 2025, midnight UTC, where the story begins; it has three days.
HOURS = 72


def area(watched: Watched, chart: int, plot: str = "xy") -> dict[str, float]:
    """Where a plot of a chart lies in the window, once it is in the middle of it."""
    drag = watched.page.locator(".js-plotly-plot").nth(chart).locator(f"[data-subplot={plot}].nsewdrag")
    drag.evaluate("rect => rect.scrollIntoView({block: 'center'})")
    box = drag.bounding_box()
    assert box is not None
    return dict(box)


def drag(watched: Watched, chart: int, start: float, end: float, plot: str = "xy") -> None:
    """Drags over a chart from one share of its width to another, slanting."""
    box = area(watched, chart, plot)
    mouse = watched.page.mouse
    mouse.move(box["x"] + start * box["width"], box["y"] + 0.4 * box["height"])
    mouse.down()
    mouse.move(box["x"] + end * box["width"], box["y"] + 0.6 * box["height"], steps=8)
    mouse.up()


def click(watched: Watched, chart: int, across: float, up: float, plot: str = "xy") -> None:
    box = area(watched, chart, plot)
    x, y = box["x"] + across * box["width"], box["y"] + (1 - up) * box["height"]
    watched.page.mouse.click(x, y)


def asked(page: Page) -> dict[str, list[str]]:
    """The address taken apart."""
    return parse_qs(urlsplit(page.url).query)


def wait_for_period(watched: Watched) -> dict[str, list[str]]:
    expect(watched.page).to_have_url(re.compile(r"[?&]to="), timeout=20_000)
    watched.settle()
    return asked(watched.page)


@pytest.mark.parametrize("chart", [0, 1, 2])
def test_dragging_shows_the_hours_touched_and_nothing_else(
    story_url: str, new_page: NewPage, chart: int
) -> None:
    watched = Watched.open(new_page(), story_url, f"/?topic={SLUG}")
    page = watched.page
    drag(watched, chart, 10.5 / HOURS, 33.5 / HOURS)
    address = wait_for_period(watched)
    assert (address["from"], address["to"]) == (["2025-01-27T10:00"], ["2025-01-28T10:00"])
    said = page.locator("h2").first.inner_text()
    drawn = sum(height or 0 for bars in watched.bars(0).values() for height in bars)
    assert said.startswith(f"{drawn} posts")
    sent = urlsplit(page.url)
    again = Watched.open(new_page(), story_url, f"{sent.path}?{sent.query}")
    assert again.page.locator("h2").first.inner_text() == said
    posts = Watched.open(new_page(), story_url, f"/posts?{sent.query}")
    expect(posts.page.get_by_role("heading", level=2)).to_have_text(f"{drawn} posts")
    watched.check()
