"""Without a mouse: every stop can be seen, comes in order, none is left out and none is a trap."""

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Page, expect

from tests.dashboard.stories import SLUG
from tests.e2e.serving import Watched

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

NewPage = Callable[..., Page]
MOST_STOPS = 200
ROUND_PX = 6
FORMATS = 2  # of a picture: PNG and SVG
_NAME = "one => (one.getAttribute('aria-label') || one.innerText || one.tagName).trim()"
# Marks what can be reached; of a row of radio buttons only one can, the arrows do the rest.
_MARK = """() => {
  const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary,'
    + '[tabindex]')].filter(one => one.tabIndex >= 0 && !one.disabled && one.getClientRects().length
    && one.checkVisibility({visibilityProperty: true})
    && !(one.type === 'radio' && !one.checked) && !one.closest('[aria-hidden=true], [inert]'));
  all.forEach((one, place) => one.dataset.stop = place);
  return all.map(one => (one.getAttribute('aria-label') || one.innerText || one.tagName).trim());
}"""


# Fading is no motion: nothing changes its place or its size.
_MOVED = """const fades = /opacity|color|shadow|fill|stroke|visibility/;
window.moved = new Set();
setInterval(() => document.getAnimations()
  .filter(one => one.playState === 'running' && one.effect.getComputedTiming().duration > 50)
  .filter(one => !fades.test(one.transitionProperty ?? ''))
  .forEach(({animationName, transitionProperty, effect: {target}}) => window.moved.add(
    `${animationName ?? transitionProperty ?? 'something'} of `
    + `${target?.dataset?.testid ?? target?.outerHTML?.slice(0, 90)}`)), 40)"""


def stops(page: Page) -> Iterator[int | None]:
    """The place of each stop in the order of the document, as Tab comes to them, once round; None
    for a picture's button beside a chart, which has a root of its own."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement === document.body"):
            return
        place = page.evaluate("() => document.activeElement.dataset.stop ?? null")
        yield None if place is None else int(place)
    raise AssertionError(f"no end after {MOST_STOPS} stops")


def shows_focus(page: Page) -> bool:
    """Whether the window looks otherwise around the element in focus than without the focus."""
    box = page.evaluate(
        "() => { const box = document.activeElement.getBoundingClientRect();"
        " return [box.x, box.y, box.width, box.height]; }"
    )
    clip: Any = {
        "x": max(0, box[0] - ROUND_PX),
        "y": max(0, box[1] - ROUND_PX),
        "width": box[2] + 2 * ROUND_PX,
        "height": min(box[3] + 2 * ROUND_PX, 880),
    }
    focused = page.screenshot(clip=clip)
    page.evaluate("() => { window.left = document.activeElement; window.left.blur(); }")
    page.wait_for_timeout(50)
    left = page.screenshot(clip=clip)
    page.evaluate("() => window.left.focus({preventScroll: true})")
    pictures = (Image.open(io.BytesIO(body)).convert("RGB") for body in (focused, left))
    return ImageChops.difference(*pictures).getbbox() is not None


def tab_to(page: Page, name: str) -> None:
    """Goes on until the element called ``name`` has the focus."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate(f"() => ({_NAME})(document.activeElement)").endswith(name):
            return
    raise AssertionError(f"{name} was not reached")


def test_every_stop_is_seen_in_order_and_none_is_left_out(
    story_url: str, new_page: NewPage
) -> None:
    watched = Watched.open(new_page(), story_url, f"/?topic={SLUG}")
    names: list[str] = watched.page.evaluate(_MARK)
    met, unseen, pictures = [], [], 0
    for place in stops(watched.page):
        if not shows_focus(watched.page):
            unseen.append("a picture's button" if place is None else names[place])
        if place is None:
            pictures += 1
        else:
            met.append(place)
    assert unseen == []
    assert pictures == FORMATS * watched.page.locator(".js-plotly-plot").count()
    assert met == sorted(met)
    assert [name for place, name in enumerate(names) if place not in met] == []
    watched.check()


def test_from_the_address_to_a_filtered_table_and_its_csv(
    story_url: str, new_page: NewPage
) -> None:
    watched = Watched.open(new_page(), story_url, f"/?topic={SLUG}")
    page = watched.page
    tab_to(page, "Sources")
    page.keyboard.type("hacker")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Only posts on Hacker News.")).to_be_visible()
    page.keyboard.press("Escape")
    watched.settle()
    tab_to(page, "The same as a table\n\nchevron_right")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("stDataFrame").first).to_be_visible()
    watched.settle()
    tab_to(page, "Download this chart as CSV")  # past the table, which keeps nobody
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    text = Path(download.value.path()).read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert {row["source"] for row in rows} == {"hackernews"}
    assert sum(int(row["posts"] or 0) for row in rows) == 72
    watched.check()


def test_nothing_moves_by_itself_for_who_asked_for_less_motion(
    story_url: str, new_page: NewPage
) -> None:
    page = new_page()
    page.add_init_script(_MOVED)
    watched = Watched.open(page, story_url, f"/?topic={SLUG}")
    page.get_by_role("searchbox").fill("openai")  # Streamlit's own expanders slide when pressed
    page.get_by_role("searchbox").press("Enter")
    expect(page.get_by_text("Only posts with “openai”.")).to_be_visible()
    watched.settle()
    assert page.evaluate("() => [...window.moved]") == []
    watched.check()
