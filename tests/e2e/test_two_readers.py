"""Two people at one server: neither sees what the other chose, both see what became of the data."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.dashboard import labelling, stories
from tests.dashboard.stories import SLUG
from tests.e2e.serving import PATIENCE_MS, Watched, served
from tests.e2e.test_event_dialog import add
from tests.e2e.test_labelling import opened

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

NewPage = Callable[..., Page]
OTHER = "another-story"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A served home with two topics; of the second, ``OTHER``, nobody has read anything."""
    home: Path = tmp_path_factory.mktemp("shared")
    stories.write_topic(home)
    stories.write_topic(home, slug=OTHER, title="Another story")
    labelling.fill(home)
    with served(home) as address:
        yield address


def drawn(watched: Watched) -> str:
    """All that the page says, and what its filters hold."""
    page = watched.page
    return page.get_by_test_id("stMain").inner_text() + page.get_by_role("searchbox").input_value()


def test_neither_sees_the_topic_nor_the_filters_of_the_other(url: str, new_page: NewPage) -> None:
    one = Watched.open(new_page(), url, f"/posts?topic={SLUG}")
    other = Watched.open(new_page("phone"), url, f"/posts?topic={OTHER}")
    before, empty = drawn(one), drawn(other)
    assert "No posts of this topic" in empty
    one.page.get_by_role("searchbox").fill("7")
    one.page.get_by_role("searchbox").press("Enter")
    expect(one.page.get_by_text("Only posts with “7”.")).to_be_visible()
    one.settle()
    narrowed, where = drawn(one), one.page.url
    assert narrowed != before
    assert drawn(other) == empty
    for reader, said in ((one, narrowed), (other, empty)):
        reader.page.reload()
        reader.settle()
        assert drawn(reader) == said
    assert one.page.url == where
    assert "keyword" not in other.page.url
    one.check()
    other.check()


def test_two_labellers_have_their_own_answers(url: str, new_page: NewPage) -> None:
    ada, ben = (opened(url, new_page(), name) for name in ("ada", "ben"))
    for labeller, key in ((ada, "a"), (ada, "n"), (ben, "f")):
        labeller.page.get_by_role("heading", level=1).click()  # out of the field with the name
        waiting = labeller.page.get_by_text("Take ", exact=False).first
        before = waiting.inner_text()
        labeller.page.keyboard.press(key)
        expect(waiting).not_to_have_text(before)
        labeller.settle()
    for labeller, said in ((ada, "2 posts by you so far."), (ben, "1 post by you so far.")):
        expect(labeller.page.get_by_text(said)).to_be_visible()
        expect(labeller.page.get_by_label("Your name")).to_have_value(
            "ada" if labeller is ada else "ben"
        )
        labeller.check()


def test_an_event_of_one_is_seen_by_the_other_with_the_next_run(
    url: str, new_page: NewPage
) -> None:
    one, other = (Watched.open(new_page(), url, f"/?topic={SLUG}") for _ in range(2))
    add(one, "Seen by both")
    other.page.get_by_role("searchbox").fill("story")
    other.page.get_by_role("searchbox").press("Enter")
    expect(other.page.get_by_text("Seen by both")).to_be_visible(timeout=PATIENCE_MS)
    expect(one.page.get_by_role("searchbox")).to_have_value("")
    one.check()
    other.check()
