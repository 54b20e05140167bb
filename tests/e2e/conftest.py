"""One browser, and served homes with the stories of the dashboard's own tests."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.dashboard import stories
from tests.e2e.serving import CHROMIUM, QUIET, served

LOOKS = {
    "light": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium without a window."""
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not installed (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def story_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A served story of three days."""
    home = tmp_path_factory.mktemp("story")
    stories.write_topic(home)
    stories.fill(home, stories.story())
    with served(home) as url:
        yield url


@pytest.fixture(scope="session")
def hostile_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A served home with the payload in every text."""
    home = tmp_path_factory.mktemp("hostile")
    payload = stories.HOSTILE
    stories.write_topic(home, title=payload, event=payload, target=payload)
    stories.fill(home, stories.hostile_posts())
    with served(home) as url:
        yield url


@pytest.fixture
def new_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Makes a page of a fresh visitor with one of ``LOOKS``."""
    contexts = []

    def made(look: str = "light") -> Page:
        context = chromium.new_context(**LOOKS[look], reduced_motion="reduce")  # type: ignore[arg-type]  # a table of keyword arguments
        contexts.append(context)
        return context.new_page()

    yield made
    for context in contexts:
        context.close()
