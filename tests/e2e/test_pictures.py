"""PNG and SVG of each chart: whole, with their source in them, and inert."""

import struct
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import Page, expect

from tests.dashboard.stories import SLUG
from tests.e2e.serving import Watched
from tests.e2e.test_hostile_text import harmless

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

NewPage = Callable[..., Page]
SVG = "{http://www.w3.org/2000/svg}"
WIDTH = 1200
LINKS = ("href", "{http://www.w3.org/1999/xlink}href")


def saved(watched: Watched, chart: int, kind: str) -> Path:
    """The file behind a button, under its own name."""
    button = watched.page.get_by_role("button", name=f"Download this chart as {kind}").nth(chart)
    with watched.page.expect_download() as download:
        button.click()
    path = Path(download.value.path())
    named = path.with_name(f"{path.name}-{download.value.suggested_filename}")
    return path.rename(named)


def texts(picture: ET.Element) -> str:
    """All that is written in a picture."""
    return " ".join("".join(node.itertext()) for node in picture.iter(f"{SVG}text"))


def size(png: Path) -> tuple[int, int]:
    """Width and height in pixels, of the file's own head."""
    head = png.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", head[16:24])
    return width, height


def fills(picture: ET.Element) -> set[str]:
    return {node.get("style", "") for node in picture.iter(f"{SVG}rect")}


@pytest.mark.parametrize("look", ["light", "phone"])
def test_the_picture_says_what_where_from_and_how_sure(
    story_url: str, new_page: NewPage, look: str
) -> None:
    path = f"/?topic={SLUG}&source=bluesky&from=2025-01-27T06:00&to=2025-01-28T12:00"
    watched = Watched.open(new_page(look), story_url, path)
    file = saved(watched, 0, "SVG")
    assert file.name.endswith(
        f"groundswell-{SLUG}-synthetic-volume-from-20250127T0600-before-20250128T1200.svg"
    )
    picture = ET.fromstring(file.read_bytes())
    assert picture.tag == f"{SVG}svg"
    said = texts(picture)
    assert watched.page.locator("h3").first.inner_text() in said
    posts = watched.page.locator("h2").first.inner_text().split(" by ")[0]
    for part in (
        f"n = {posts}",
        "27 Jan 2025 to 28 Jan 2025 (UTC)",
        "Only posts from 27 Jan 2025, 06:00 UTC, before 28 Jan 2025, 12:00 UTC, on Bluesky",
        "Data through ",
        "Groundswell",
        "SYNTHETIC SAMPLE",
        "Grey: a source was not read completely",
        "Events: ",
        "Bluesky",
    ):
        assert part in said
    assert any("255, 255, 255" in fill for fill in fills(picture))  # the phone's page is dark
    bars = [node for node in picture.iter(f"{SVG}g") if node.get("class") == "points"]
    drawn = sum(1 for height in watched.bars(0)["Bluesky"] if height)
    assert sum(len(node.findall(f"{SVG}g")) for node in bars) >= drawn
    width, height = size(saved(watched, 0, "PNG"))
    assert width == 2 * WIDTH
    assert float(picture.get("height", "0")) * 2 == height
    watched.check()
    assert watched.page.locator(".js-plotly-plot").first.locator(".gtitle").count() == 0


def test_every_chart_comes_as_both(story_url: str, new_page: NewPage) -> None:
    for view, charts in (("", 4), ("compare", 1), ("sources", 1)):
        watched = Watched.open(new_page(), story_url, f"/{view}?topic={SLUG}")
        expect(watched.page.get_by_role("button", name="Download this chart as PNG")).to_have_count(
            charts
        )
        for chart in range(charts):
            picture = ET.fromstring(saved(watched, chart, "SVG").read_bytes())
            assert "SYNTHETIC SAMPLE" in texts(picture)
            assert size(saved(watched, chart, "PNG"))[0] == 2 * WIDTH
        watched.check()


def test_the_keyboard_saves_a_picture(story_url: str, new_page: NewPage) -> None:
    watched = Watched.open(new_page(), story_url, f"/sources?topic={SLUG}")
    button = watched.page.get_by_role("button", name="Download this chart as SVG")
    button.focus()
    with watched.page.expect_download() as download:
        watched.page.keyboard.press("Enter")
    ET.fromstring(Path(download.value.path()).read_bytes())
    watched.check()


def test_what_strangers_wrote_is_inert_in_a_picture(hostile_url: str, new_page: NewPage) -> None:
    watched = Watched.open(new_page(), hostile_url, f"/?topic={SLUG}")
    for chart in range(4):
        picture = ET.fromstring(saved(watched, chart, "SVG").read_bytes())
        names = {node.tag for node in picture.iter()}
        assert not names & {f"{SVG}a", f"{SVG}script", f"{SVG}foreignObject"}
        links = {node.get(name, "") for node in picture.iter() for name in LINKS}
        assert all(link == "" or link.startswith(("#", "data:image/png")) for link in links)
        assert not any(name.startswith("on") for node in picture.iter() for name in node.attrib)
        assert not any("bold" in node.get("style", "") for node in picture.iter(f"{SVG}tspan"))
        assert "evil.example" in texts(picture)  # the title is there, as text
        saved(watched, chart, "PNG")
    harmless(watched)
