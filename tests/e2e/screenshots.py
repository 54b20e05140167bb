"""Pictures of every page of the demo, wide and phone, light and dark.

``python -m tests.e2e.screenshots`` fails when a page complains, shows an error or is not drawn.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import click
from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.e2e.pages import VIEWS
from tests.e2e.serving import CHROMIUM, QUIET, STOP_S, Watched

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "build" / "screenshots"
WIDTHS: dict[str, ViewportSize] = {
    "wide": {"width": 1440, "height": 900},
    "phone": {"width": 390, "height": 844},
}
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
TROUBLE = "[data-testid=stException], [data-testid=stAlertContentError]"
# Of the page as it is now: it scrolls inside its frame, and a window as tall shows all of it.
_TALL = """() => Math.ceil(document.querySelector('[data-testid=stMain]').scrollHeight
  + document.querySelector('[data-testid=stMain]').getBoundingClientRect().top)"""
_TALLEST_PX = 15_000  # Chromium draws no picture of more than 16,384
MOST_COLOURS = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A picture of the README: which screenshot, and how much of it from the top."""

    view: str
    width: str = "wide"
    scheme: Scheme = "light"
    height_px: int = 1180


README = {
    "overview": Shown(view=""),
    "compare": Shown(view="compare"),
    "narratives": Shown(view="narratives", scheme="dark"),
    "voices": Shown(view="voices"),
}


@contextmanager
def demo() -> Iterator[str]:
    """Address of ``groundswell demo`` over a home of its own."""
    with tempfile.TemporaryDirectory(prefix="groundswell-screenshots-") as home:
        command = [sys.executable, "-m", "groundswell.cli", "demo", "--home", home, "--port", "0"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout is not None
            said = next((line for line in process.stdout if "http://" in line), None)
            if said is None:
                raise click.ClickException("the demo did not start")
            yield said.split()[-1]
        finally:
            process.terminate()
            process.wait(STOP_S)


def pictures(browser: Browser, url: str, out: Path) -> Iterator[tuple[Path, list[str]]]:
    """Writes each picture; its file, and what was wrong with the page."""
    for width, viewport in WIDTHS.items():
        for view in VIEWS:
            context = browser.new_context(viewport=viewport, reduced_motion="reduce")
            watched = Watched.open(context.new_page(), url, f"/{view}")
            for scheme in SCHEMES:
                path = out / f"{view or 'overview'}-{width}-{scheme}.png"
                _draw(watched, viewport, scheme, path)
                yield path, _wrong(watched)
            context.close()


def _draw(watched: Watched, viewport: ViewportSize, scheme: Scheme, path: Path) -> None:
    """The whole page once it is still."""
    page = watched.page
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    watched.settle()
    tall = max(viewport["height"], min(_TALLEST_PX, page.evaluate(_TALL)))
    page.set_viewport_size({"width": viewport["width"], "height": tall})
    watched.settle()
    page.screenshot(path=path)


def _wrong(watched: Watched) -> list[str]:
    """All that the browser and the page itself complain of."""
    shown: Page = watched.page
    return [
        *watched.complaints,
        *(f"asked another site: {address}" for address in watched.elsewhere),
        *(f"was refused: {address}" for address in watched.refused),
        *shown.locator(TROUBLE).all_inner_texts(),
    ]


def for_readme(out: Path, docs: Path) -> Iterator[Path]:
    """The README's pictures, cut from those in ``out`` and with few colours."""
    for name, shown in README.items():
        with Image.open(
            out / f"{shown.view or 'overview'}-{shown.width}-{shown.scheme}.png"
        ) as whole:
            cut = whole.convert("RGB").crop((0, 0, whole.width, min(shown.height_px, whole.height)))
        path = docs / f"{name}.png"
        cut.quantize(MOST_COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
        yield path


@click.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=OUT)
@click.option("--readme", is_flag=True, help="Also write the README's pictures into docs/.")
def main(out: Path, readme: bool) -> None:
    """Pictures of every page of the demo, wide and phone, light and dark."""
    if not CHROMIUM.exists():
        raise click.ClickException(f"{CHROMIUM} is not installed (apt-get install chromium)")
    out.mkdir(parents=True, exist_ok=True)
    faults = []
    with demo() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for path, wrong in pictures(browser, url, out):
            click.echo(f"{path} {path.stat().st_size // 1024} kB")
            faults += [f"{path.stem}: {complaint}" for complaint in wrong]
        browser.close()
    if faults:
        raise click.ClickException("\n".join(dict.fromkeys(faults)))
    for path in for_readme(out, ROOT / "docs") if readme else ():
        click.echo(f"{path} {path.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
