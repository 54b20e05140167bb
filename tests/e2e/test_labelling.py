"""The desk in a real browser: three posts by keyboard, one taken back, light, dark and phone."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.dashboard import labelling, stories
from tests.dashboard.stories import SLUG
from tests.e2e.conftest import LOOKS
from tests.e2e.serving import PATIENCE_MS, Watched, served
from tests.e2e.test_dashboard import downloaded, violations

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

NewPage = Callable[..., Page]


@pytest.fixture(scope="module")
def desk_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A served home with thirty posts that speak of a target."""
    home = tmp_path_factory.mktemp("desk")
    stories.write_topic(home)
    labelling.fill(home)
    with served(home) as url:
        yield url


def opened(url: str, page: Page, name: str) -> Watched:
    """The page of labels for one labeller, with something drawn."""
    watched = Watched.open(page, url, f"/label?topic={SLUG}")
    box = page.get_by_label("Your name")
    box.fill(name)
    box.press("Enter")
    watched.settle()
    if page.get_by_role("heading", name="No post has been drawn").count():
        page.get_by_role("button", name="Draw posts").click()
        page.get_by_role("spinbutton", name="Posts").fill("12")
        page.get_by_role("button", name="Draw", exact=True).click()
    expect(page.get_by_role("heading", level=3, name="What does this post say")).to_be_visible()
    watched.settle()
    return watched


def post_of(page: Page) -> str:
    return page.get_by_text("Take ", exact=False).first.inner_text()


def test_three_posts_by_keyboard_and_one_taken_back(desk_url: str, new_page: NewPage) -> None:
    watched = opened(desk_url, new_page(), "ada")
    page, seen = watched.page, []
    page.get_by_role("heading", level=1).click()  # out of the field with the name
    for number, key in enumerate("anf", 1):
        seen.append(post_of(page))
        page.keyboard.press(key)
        expect(page.get_by_role("heading", level=2).first).to_have_text(
            f"{number} of 12 drawn posts are labelled towards OpenAI"
        )
        watched.settle()
    page.keyboard.press("z")
    expect(page.get_by_role("heading", level=2).first).to_have_text(
        "2 of 12 drawn posts are labelled towards OpenAI"
    )
    watched.settle()
    assert post_of(page) == seen[2]
    assert len(set(seen)) == 3
    page.get_by_role("button", name="Labels as a file").click()
    rows = downloaded(watched, "Download all labels as CSV")
    assert [(row["label"], row["labeller"]) for row in rows] == [
        ("against", "ada"),
        ("none", "ada"),
    ]
    assert [row["text"] for row in rows] == seen[:2]
    watched.check()


def test_a_key_typed_into_the_name_labels_nothing(desk_url: str, new_page: NewPage) -> None:
    watched = opened(desk_url, new_page(), "eve")
    before = post_of(watched.page)
    watched.page.get_by_label("Your name").click()
    watched.page.keyboard.type("anf")
    watched.page.keyboard.press("Enter")
    watched.settle()
    assert post_of(watched.page) == before


def test_labels_of_another_come_in_as_a_file(
    desk_url: str, new_page: NewPage, tmp_path: Path
) -> None:
    watched = opened(desk_url, new_page(), "dan")
    page = watched.page
    file = tmp_path / "labels.csv"
    file.write_text("uri,label,labeller\nat://did:plc:sample/3,favor,fay\nnowhere,none,fay\n")
    page.get_by_role("button", name="Labels as a file").click()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Take them in").click()
    expect(page.get_by_text("1 label taken, 1 rejected.")).to_be_visible(timeout=PATIENCE_MS)
    watched.check()


def test_a_hostile_post_is_only_text(
    tmp_path_factory: pytest.TempPathFactory, new_page: NewPage
) -> None:
    home = tmp_path_factory.mktemp("hostile")
    stories.write_topic(home)
    every = dict.fromkeys(("text", "quoted_text", "card_text", "alt_text"), stories.HOSTILE)
    labelling.fill(home, 3, **every)
    with served(home) as url:
        watched = opened(url, new_page(), "ada")
        expect(watched.page.get_by_text("<script>window.pwned=1</script>")).to_have_count(4)
        assert watched.page.evaluate("() => typeof window.pwned") == "undefined"
        # Our own words of advice are bold in places; what strangers wrote never is.
        main = watched.page.locator("[data-testid=stMain]")
        expect(main.locator("strong, em").get_by_text("bold")).to_have_count(0)
        expect(main.locator("img, .katex, a[href*='//evil.example']")).to_have_count(0)
        watched.check()


@pytest.mark.parametrize("look", list(LOOKS))
def test_the_desk_is_quiet_fits_and_is_accessible(
    desk_url: str, new_page: NewPage, look: str
) -> None:
    watched = opened(desk_url, new_page(look), "ben")
    watched.check()
    assert not watched.wide()
    assert violations(watched.page) == []
