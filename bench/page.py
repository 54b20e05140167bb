"""How long a reader waits for the overview, against an empty Streamlit page in the same browser."""

import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench._homes import filled
from bench._promise import Promise, is_quick, report
from bench._serving import EMPTY, ONE_CHART, PATIENCE_S, control, ours

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
POSTS, QUICK = 1_000_000, 20_000
VISITS, COLD_VISITS, CHANGES = 7, 3, 8
ALL_CHARTS = 4
TILES = Promise(name="page_tiles_visible", unit="ms", goal=1.5, by_ratio=True, at_most=True)
FIRST_CHART = Promise(name="page_first_chart", unit="ms", goal=3.5, by_ratio=True, at_most=True)
CHARTS = Promise(name="page_all_charts", unit="ms", goal=4, by_ratio=True, at_most=True)
COLD_CHART = Promise(name="page_first_chart_cold", unit="ms", goal=2.5, by_ratio=True, at_most=True)
FILTER = Promise(name="page_filter_change", unit="ms", goal=4, by_ratio=True, at_most=True)
FIRST = Promise(name="page_first_visitor", unit="ms", goal=1.5, by_ratio=True, at_most=True)
TRANSFER = Promise(name="page_cold_transfer", unit="MB", goal=3.0, at_most=True)
PROMISES = (TILES, FIRST_CHART, CHARTS, COLD_CHART, FILTER, FIRST, TRANSFER)
# What is waited for: a selector, and how many elements of it.
Marks = Mapping[str, tuple[str, int]]
TITLE: Marks = {"title": ("h1", 1)}
DRAWN = ".js-plotly-plot:has(.main-svg)"
OVERVIEW: Marks = {
    "tiles": ("[data-testid=stMetricValue]", 1),
    "chart": (DRAWN, 1),
    "charts": (DRAWN, ALL_CHARTS),
}
# Notes when each of the marks is first there; runs before the page's own scripts.
STOPWATCH = """
(marks => {
  window.shownAt = {};
  const look = () => {
    for (const [name, [selector, count]] of Object.entries(marks)) {
      const found = name in window.shownAt ? [] : document.querySelectorAll(selector);
      if (found.length >= count && found[0].getClientRects().length) {
        window.shownAt[name] = performance.now();
      }
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})(%s);
"""
# Notes when anything within a chart last changed.
WATCH_CHARTS = """() => {
  window.lastChange = 0;
  const isChart = node => (node.nodeType === 1 ? node : node.parentElement)
    ?.closest('[data-testid=stPlotlyChart]');
  new MutationObserver(changes => {
    if (changes.some(change => isChart(change.target))) { window.lastChange = performance.now(); }
  }).observe(document.body, {subtree: true, childList: true, attributes: true});
}"""
CHOSEN = """() => { window.chosenAt = performance.now(); window.lastChange = 0; }"""
STILL = """() => window.lastChange && performance.now() - window.lastChange > 1500"""


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the promises on the first page; 1 when one does not hold."""
    posts = QUICK if is_quick(argv, __doc__ or "") else POSTS
    if not Path(CHROMIUM).exists():
        reason = f"{CHROMIUM} is not installed"
        return report([replace(promise, reason=reason) for promise in PROMISES])
    with tempfile.TemporaryDirectory() as folder:
        filled(Path(folder) / "home", posts).close()
        return report(measure(Path(folder)))


def measure(folder: Path) -> list[Promise]:
    """The promises; the medians of visits of each page in turns, warm and cold."""
    with (
        ours(folder / "home") as page,
        control(folder, EMPTY) as empty,
        control(folder, ONE_CHART) as one_chart,
        _chromium() as browser,
    ):
        first = _cold_visit(browser, page.url, OVERVIEW)["chart"]  # that the server has ever had
        second = _cold_visit(browser, page.url, OVERVIEW)["chart"]
        cold_bytes = _cold_bytes(browser, page.url)
        cold_floor, cold = [], []
        for _ in range(COLD_VISITS):
            cold_floor.append(_cold_visit(browser, empty.url, TITLE)["title"])
            cold.append(_cold_visit(browser, page.url, OVERVIEW)["chart"])
        floor, full = [], []
        context = browser.new_context()
        for visit in range(VISITS + 1):
            times = _visit(context, empty.url, TITLE), _visit(context, page.url, OVERVIEW)
            if visit:  # the first fills the browser's cache
                floor.append(times[0]["title"])
                full.append(times[1])
        changes = _changes(context, page.url, ALL_CHARTS), _changes(context, one_chart.url, 1)
    tiles, chart, charts = (median(times[name] for times in full) for name in OVERVIEW)
    return [
        replace(TILES, value=tiles, baseline=median(floor)),
        replace(FIRST_CHART, value=chart, baseline=median(floor)),
        replace(CHARTS, value=charts, baseline=median(floor)),
        replace(COLD_CHART, value=median(cold), baseline=median(cold_floor)),
        replace(FILTER, value=changes[0], baseline=changes[1]),
        replace(FIRST, value=first, baseline=second),
        replace(TRANSFER, value=cold_bytes / 1e6),
    ]


@contextmanager
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def _cold_visit(browser: Browser, url: str, marks: Marks) -> dict[str, float]:
    """As ``_visit``, of somebody who was never here."""
    context = browser.new_context()
    shown = _visit(context, url, marks)
    context.close()
    return shown


def _visit(context: BrowserContext, url: str, marks: Marks) -> dict[str, float]:
    """Milliseconds from navigation until each of the marks first shows."""
    page = _opened(context, url, marks)
    shown: dict[str, float] = page.evaluate("() => window.shownAt")
    page.close()
    return shown


def _opened(context: BrowserContext, url: str, marks: Marks) -> Page:
    page = context.new_page()
    page.add_init_script(STOPWATCH % {name: list(mark) for name, mark in marks.items()})
    page.goto(url)
    page.wait_for_function(
        "count => Object.keys(window.shownAt).length === count",
        arg=len(marks),
        timeout=PATIENCE_S * 1000,
    )
    return page


def _changes(context: BrowserContext, url: str, charts: int) -> float:
    """Milliseconds from choosing another source until the last chart has changed; the median."""
    page = _opened(context, url, {"charts": (DRAWN, charts)})
    page.wait_for_timeout(2000)
    page.evaluate(WATCH_CHARTS)
    took = []
    for n in range(CHANGES + 2):  # the first two ask what nobody asked before
        page.get_by_label("Sources").click()
        option = page.get_by_role("option", name=("bluesky", "hackernews")[n % 2])
        option.hover()
        page.evaluate(CHOSEN)
        option.click()
        page.wait_for_function(STILL, timeout=PATIENCE_S * 1000)
        took.append(page.evaluate("() => window.lastChange - window.chosenAt"))
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Clear all").first.click()
        page.wait_for_timeout(1500)
    page.close()
    return float(median(took[2:]))


def _cold_bytes(browser: Browser, url: str) -> float:
    """What a first visitor fetches until the charts are there, in bytes on the wire."""
    context = browser.new_context()
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(url)
    page.locator(DRAWN).first.wait_for(timeout=PATIENCE_S * 1000)
    page.wait_for_timeout(1000)
    context.close()
    return sum(sizes)


if __name__ == "__main__":
    sys.exit(main())
