"""Dragging over a chart sets the period, a click leads to the posts, a finger scrolls the page."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, FloatRect, Page, expect

from tests.dashboard.stories import SLUG
from tests.e2e.conftest import LOOKS
from tests.e2e.serving import Watched

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

NewPage = Callable[..., Page]
# Hours after 27 January 2025, midnight UTC, where the story begins; it has three days.
HOURS = 72


def area(watched: Watched, chart: int, plot: str = "xy") -> FloatRect:
    """Where a plot of a chart lies in the window, once it is in the middle of it."""
    drag = (
        watched.page.locator(".js-plotly-plot")
        .nth(chart)
        .locator(f"[data-subplot={plot}].nsewdrag")
    )
    drag.evaluate("rect => rect.scrollIntoView({block: 'center'})")
    box = drag.bounding_box()
    assert box is not None
    return box


def drag(watched: Watched, chart: int, start: float, end: float, plot: str = "xy") -> None:
    """Drags over a chart from one share of its width to another, slanting; no bar pales meanwhile,
    since Plotly would pale some of those that are touched."""
    box = area(watched, chart, plot)
    mouse = watched.page.mouse
    mouse.move(box["x"] + start * box["width"], box["y"] + 0.4 * box["height"])
    mouse.down()
    mouse.move(box["x"] + end * box["width"], box["y"] + 0.6 * box["height"], steps=8)
    drawn = watched.page.locator(".js-plotly-plot").nth(chart)
    expect(drawn.locator(".select-outline").first).to_be_attached()
    assert drawn.locator(".points path[style*='opacity: 0.2']").count() == 0
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


def test_the_whole_period_comes_back_by_one_button(story_url: str, new_page: NewPage) -> None:
    watched = Watched.open(new_page(), story_url, f"/?topic={SLUG}&source=bluesky")
    page = watched.page
    before = page.locator("h2").first.inner_text()
    expect(page.get_by_role("button", name="Show the whole period")).to_have_count(0)
    drag(watched, 0, 40 / HOURS, 20.5 / HOURS)  # to the left
    assert wait_for_period(watched)["from"] == ["2025-01-27T20:00"]
    page.get_by_role("button", name="Show the whole period").first.click()
    expect(page.locator("h2").first).to_have_text(before)
    watched.settle()
    assert asked(page) == {"topic": [SLUG], "source": ["bluesky"]}
    drag(watched, 0, 40.5 / HOURS, 50.5 / HOURS)
    assert wait_for_period(watched)["from"] == ["2025-01-28T16:00"]
    watched.check()


def test_a_drag_within_a_drag_narrows_it(story_url: str, new_page: NewPage) -> None:
    watched = Watched.open(
        new_page(), story_url, f"/?topic={SLUG}&from=2025-01-28T07:30&to=2025-01-28T20:30"
    )
    drag(watched, 0, 0.0, 0.1)  # the first bucket began before the period did
    expect(watched.page).to_have_url(re.compile("to=2025-01-28T09"), timeout=20_000)
    watched.settle()
    assert asked(watched.page)["from"] == ["2025-01-28T07:30"]


def follow(watched: Watched, new_page: NewPage, said: str) -> Watched:
    """Opens the link to what was clicked, whose words hold ``said``, and counts what it opens."""
    link = watched.page.get_by_role("link", name=re.compile(said))
    expect(link).to_be_visible()
    posts = re.search(r"Open the ([\d,]+ posts?)", link.inner_text())
    assert posts is not None
    opened = Watched.open(new_page(), watched.url, f"/{link.get_attribute('href')}")
    expect(opened.page.get_by_role("heading", level=2)).to_have_text(posts[1])
    return opened


@pytest.mark.parametrize(
    ("chart", "up", "said", "filtered"),
    [
        (0, 0.1, "Bluesky, the hour from 27 Jan 2025, 10:00 UTC", {"source": ["bluesky"]}),
        (0, 0.99, "posts: the hour from 27 Jan 2025, 10:00 UTC", {}),
        (
            1,
            0.05,
            r"(Against|Takes no side|In favor|Not scored), the hour from",
            {"target": ["OpenAI"]},
        ),
        (2, 0.05, r"(Negative|Neutral|Positive|Not scored), the hour from", {}),
    ],
)
def test_a_click_leads_to_the_posts_of_a_bar(
    story_url: str, new_page: NewPage, chart: int, up: float, said: str, filtered: dict[str, Any]
) -> None:
    watched = Watched.open(new_page(), story_url, f"/?topic={SLUG}")
    click(watched, chart, 10.5 / HOURS, up)
    opened = follow(watched, new_page, said)
    address = asked(opened.page)
    assert (address["from"], address["to"]) == (["2025-01-27T10:00"], ["2025-01-27T11:00"])
    assert filtered.items() <= address.items()
    assert "from" not in asked(watched.page)
    watched.check()


def test_where_a_drag_ends_is_no_click(story_url: str, new_page: NewPage) -> None:
    watched = Watched.open(new_page(), story_url, f"/?topic={SLUG}")
    click(watched, 0, 10.5 / HOURS, 0.1)
    clicked = watched.page.get_by_role("link", name=re.compile(r"^Open the \d"))
    expect(clicked).to_have_text(re.compile("27 Jan 2025, 10:00 UTC"))
    # A browser may say so after a quick drag, whose press was elsewhere.
    area(watched, 0)
    watched.page.locator(".nsewdrag").first.evaluate(
        """area => {
            const box = area.getBoundingClientRect();
            const at = { clientX: box.right - 20, clientY: box.bottom - 5, bubbles: true };
            area.dispatchEvent(new MouseEvent("click", at));
        }"""
    )
    watched.page.wait_for_timeout(2_000)
    watched.settle()
    expect(clicked).to_have_text(re.compile("27 Jan 2025, 10:00 UTC"))


def test_a_click_on_a_word_leads_to_its_posts(story_url: str, new_page: NewPage) -> None:
    watched = Watched.open(new_page(), story_url, f"/?topic={SLUG}")
    click(watched, 3, 0.1, 0.02)
    opened = follow(watched, new_page, "posts?: with “")
    assert asked(opened.page)["keyword"]


def test_a_click_on_what_was_not_read_says_so(story_url: str, new_page: NewPage) -> None:
    watched = Watched.open(new_page(), story_url, f"/?topic={SLUG}&source=bluesky")
    click(watched, 0, 26.5 / HOURS, 0.5)
    link = watched.page.get_by_role("link", name="Not read: the hour from 28 Jan 2025, 02:00 UTC")
    expect(link).to_be_visible()
    assert (link.get_attribute("href") or "").startswith("sources?")


def test_compare_is_dragged_and_clicked_too(story_url: str, new_page: NewPage) -> None:
    watched = Watched.open(new_page(), story_url, f"/compare?topic={SLUG}&measure=posts")
    click(watched, 0, 10.5 / HOURS, 0.2, "x2y2")
    opened = follow(watched, new_page, "Hacker News on OpenAI, the hour from 27 Jan 2025, 10:00")
    assert asked(opened.page)["source"] == ["hackernews"]
    drag(watched, 0, 10.5 / HOURS, 33.5 / HOURS, "x2y2")
    address = wait_for_period(watched)
    assert (address["from"], address["to"]) == (["2025-01-27T10:00"], ["2025-01-28T10:00"])
    watched.check()


@pytest.fixture
def finger(chromium: Browser) -> Iterator[Page]:
    """A phone without a mouse."""
    context = chromium.new_context(**LOOKS["phone"], has_touch=True, is_mobile=True)  # type: ignore[arg-type]  # a table of keyword arguments
    yield context.new_page()
    context.close()


def swipe(watched: Watched, chart: int, dx: float, dy: float) -> float:
    """Swipes over a chart; how far the page scrolled, in CSS pixels."""
    page, box = watched.page, area(watched, chart)
    scrolled = "() => document.querySelector('[data-testid=stMain]').scrollTop"
    before: float = page.evaluate(scrolled)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    session = page.context.new_cdp_session(page)
    for kind, share in [("touchStart", 0.0), *(("touchMove", n / 10) for n in range(1, 11))]:
        point = {"x": x + share * dx, "y": y + share * dy}
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
        page.wait_for_timeout(16)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(500)
    after: float = page.evaluate(scrolled)
    return after - before


def test_a_finger_scrolls_the_page_and_a_tap_opens(
    story_url: str, finger: Page, new_page: NewPage
) -> None:
    watched = Watched.open(finger, story_url, f"/?topic={SLUG}")
    assert swipe(watched, 0, 0, -120) > 80
    swipe(watched, 0, 90, 0)
    assert "from" not in asked(finger)
    box = area(watched, 0)
    x = box["x"] + box["width"] * 10.5 / HOURS
    finger.touchscreen.tap(x, box["y"] + box["height"] * 0.9)
    follow(watched, new_page, "the hour from 27 Jan 2025, 10:00 UTC")
    watched.check()
