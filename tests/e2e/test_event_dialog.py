"""Events in a real browser: added, drawn at once, changed, removed; a hostile title."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.dashboard import stories
from tests.dashboard.stories import HOSTILE, SLUG
from tests.e2e.conftest import LOOKS
from tests.e2e.serving import PATIENCE_MS, Watched, served
from tests.e2e.test_dashboard import violations
from tests.e2e.test_hostile_text import harmless

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

NewPage = Callable[..., Page]
NUMBERS = """() => document.querySelector('.js-plotly-plot').layout.annotations
  .map(one => [one.text, one.x])"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A story whose topic is changed."""
    folder = tmp_path_factory.mktemp("dated")
    stories.write_topic(folder)
    stories.fill(folder, stories.story(hours=48))
    return folder


@pytest.fixture(scope="module")
def url(home: Path) -> Iterator[str]:
    """It, served."""
    with served(home) as address:
        yield address


def dialog(watched: Watched) -> Locator:
    watched.page.get_by_role("button", name="Edit events").click()
    found = watched.page.get_by_role("dialog")
    expect(found.get_by_label("What happened")).to_be_visible(timeout=PATIENCE_MS)
    return found


def choose(page: Page, event: str) -> None:
    page.get_by_role("dialog").get_by_label("Event", exact=True).click()
    page.get_by_role("option", name=event).click()


def add(watched: Watched, title: str, when: str = "202501280930") -> None:
    """``when`` as it is typed, one part of the time after the other."""
    box = dialog(watched)
    box.get_by_role("spinbutton", name="year").press_sequentially(when)
    box.get_by_label("What happened").fill(title)
    box.get_by_role("button", name="Add").click()
    expect(box).to_have_count(0, timeout=PATIENCE_MS)
    watched.settle()


def numbers(watched: Watched) -> list[Any]:
    found: list[Any] = watched.page.evaluate(NUMBERS)
    return found


def test_an_event_is_added_seen_in_the_chart_changed_and_removed(
    url: str, home: Path, new_page: NewPage
) -> None:
    watched = Watched.open(new_page(), url, f"/?topic={SLUG}")
    page, file = watched.page, home / "topics" / f"{SLUG}.toml"
    before = file.read_bytes()
    assert [text for text, _ in numbers(watched)] == ["1"]
    add(watched, "In between")
    expect(page.get_by_text("2 28 Jan 2025, 09:30 UTC In between")).to_be_visible()
    assert numbers(watched)[1] == ["2", "2025-01-28T09:30:00"]
    box = dialog(watched)
    choose(page, "In between")
    expect(box.get_by_label("What happened")).to_have_value("In between")
    box.get_by_label("What happened").fill("Afterwards")
    box.get_by_role("button", name="Save").click()
    expect(page.get_by_text("2 28 Jan 2025, 09:30 UTC Afterwards")).to_be_visible()
    watched.settle()
    box = dialog(watched)
    choose(page, "Afterwards")
    box.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("Afterwards")).to_have_count(0, timeout=PATIENCE_MS)
    watched.settle()
    assert [text for text, _ in numbers(watched)] == ["1"]
    assert file.read_bytes() == before
    watched.check()


def test_a_complaint_stands_in_the_dialog(url: str, new_page: NewPage) -> None:
    watched = Watched.open(new_page(), url, f"/?topic={SLUG}")
    box = dialog(watched)
    box.get_by_label("What happened").fill("When?")
    box.get_by_role("button", name="Add").click()
    expect(box.get_by_text("The time is missing")).to_be_visible()
    watched.check()


def test_a_hostile_title_stays_text(
    tmp_path_factory: pytest.TempPathFactory, new_page: NewPage
) -> None:
    folder = tmp_path_factory.mktemp("hostile")
    stories.write_topic(folder)
    stories.fill(folder, stories.story(hours=48))
    with served(folder) as address:
        watched = Watched.open(new_page(), address, f"/?topic={SLUG}")
        add(watched, HOSTILE)
        harmless(watched)
        box = dialog(watched)
        choose(watched.page, "28 Jan 2025, 09:30 UTC")
        expect(box.get_by_label("What happened")).to_have_value(HOSTILE)
        assert watched.page.evaluate("() => typeof window.pwned") == "undefined"
        expect(box.locator("img, strong, em, .katex, a[href*='//evil.example']")).to_have_count(0)
        watched.check()


@pytest.mark.parametrize("look", list(LOOKS))
def test_the_dialog_fits_and_is_accessible(url: str, new_page: NewPage, look: str) -> None:
    watched = Watched.open(new_page(look), url, f"/?topic={SLUG}")
    dialog(watched)
    watched.page.wait_for_timeout(500)  # it fades in, and fading is pale
    assert not watched.wide()
    assert violations(watched.page) == []
    watched.check()
