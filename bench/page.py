"""How long a reader waits for the overview, against an empty Streamlit page in the same browser."""

import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median
from urllib.error import URLError

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench._promise import Promise, is_quick, report
from bench._synthetic import TOPIC, Maker
from groundswell.spool import Spool

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
POSTS, QUICK = 200_000, 20_000
BATCH = 20_000
VISITS = 7
PATIENCE_S = 120.0
TILES = Promise(name="page_tiles_visible", unit="ms", goal=1.5, by_ratio=True, at_most=True)
FIRST_CHART = Promise(name="page_first_chart", unit="ms", goal=3.5, by_ratio=True, at_most=True)
TRANSFER = Promise(name="page_cold_transfer", unit="MB", goal=3.0, at_most=True)
TITLE, TILE, CHART = "h1", "[data-testid=stMetricValue]", ".js-plotly-plot .main-svg"
EMPTY = """
import streamlit as st
st.title("Nothing")
st.button("Press")
st.text("No more than this.")
"""
STORY = """
title = "A story of the benchmark"
query = "word000001"
"""
SERVE = """
import sys
from pathlib import Path
from dashboard.serve import serve
from groundswell.settings import Settings
serve(Settings(home=Path(sys.argv[1])), port=int(sys.argv[2]), announce=lambda line: None)
"""
# Notes when each of the selectors first shows; runs before the page's own scripts.
STOPWATCH = """
(() => {
  window.shownAt = {};
  const look = () => {
    for (const selector of %s) {
      const element = document.querySelector(selector);
      if (element && !(selector in window.shownAt) && element.getClientRects().length) {
        window.shownAt[selector] = performance.now();
      }
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the promises on the first page; 1 when one does not hold."""
    posts = QUICK if is_quick(argv, __doc__ or "") else POSTS
    if not Path(CHROMIUM).exists():
        reason = f"{CHROMIUM} is not installed"
        return report(
            [replace(promise, reason=reason) for promise in (TILES, FIRST_CHART, TRANSFER)]
        )
    with tempfile.TemporaryDirectory() as folder:
        return report(measure(Path(folder), posts))


def measure(folder: Path, posts: int) -> list[Promise]:
    """The promises, from ``VISITS`` warm visits of each page in turns, and one cold one."""
    home = _home(folder / "home", posts)
    script = folder / "empty.py"
    script.write_text(EMPTY, encoding="utf-8")
    with _ours(home) as ours, _control(script) as control, _chromium() as browser:
        cold_bytes = _cold_bytes(browser, ours)
        context = browser.new_context()
        empty, full = [], []
        for visit in range(VISITS + 1):
            times = _visit(context, control, [TITLE]), _visit(context, ours, [TILE, CHART])
            if visit:  # the first fills the browser's cache
                empty.append(times[0])
                full.append(times[1])
    floor = median(times[TITLE] for times in empty)
    tiles, charts = (median(times[name] for times in full) for name in (TILE, CHART))
    return [
        replace(TILES, value=tiles, baseline=floor),
        replace(FIRST_CHART, value=charts, baseline=floor),
        replace(TRANSFER, value=cold_bytes / 1e6),
    ]


def _home(home: Path, posts: int) -> Path:
    """A home whose spool holds ``posts`` invented posts, absorbed once it is served."""
    (home / "topics").mkdir(parents=True)
    (home / "topics" / f"{TOPIC}.toml").write_text(STORY, encoding="utf-8")
    spool, maker = Spool(home, limit_bytes=1 << 40), Maker(total=posts)
    for seq in range(posts // BATCH):
        maker.write(spool, seq, BATCH)
    return home


@contextmanager
def _ours(home: Path) -> Iterator[str]:
    port = _free_port()
    with _process([sys.executable, "-c", SERVE, str(home), str(port)], port):
        end_s = time.monotonic() + PATIENCE_S
        while list((home / "spool").glob("*.parquet")) and time.monotonic() < end_s:
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}/?topic={TOPIC}"


@contextmanager
def _control(script: Path) -> Iterator[str]:
    port = _free_port()
    options = {
        "server.port": port,
        "server.address": "127.0.0.1",
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
    }
    flags = [f"--{name}={value}" for name, value in options.items()]
    with _process([sys.executable, "-m", "streamlit", "run", str(script), *flags], port):
        yield f"http://127.0.0.1:{port}/"


@contextmanager
def _process(command: Sequence[str], port: int) -> Iterator[None]:
    """A server that answers on ``port``, stopped by its own process id."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        _await_health(port)
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def _await_health(port: int) -> None:
    end_s = time.monotonic() + PATIENCE_S
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health"):
                return
        except (URLError, ConnectionError):
            if time.monotonic() > end_s:
                raise
            time.sleep(0.1)


@contextmanager
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def _visit(context: BrowserContext, url: str, selectors: Sequence[str]) -> dict[str, float]:
    """Milliseconds from navigation until each selector first shows."""
    page = context.new_page()
    page.add_init_script(STOPWATCH % list(selectors))
    page.goto(url)
    _await_all(page, len(selectors))
    shown: dict[str, float] = page.evaluate("() => window.shownAt")
    page.close()
    return shown


def _await_all(page: Page, count: int) -> None:
    page.wait_for_function(
        "count => Object.keys(window.shownAt).length === count",
        arg=count,
        timeout=PATIENCE_S * 1000,
    )


def _cold_bytes(browser: Browser, url: str) -> float:
    """What a first visitor fetches until the charts are there, in bytes on the wire."""
    context = browser.new_context()
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.add_init_script(STOPWATCH % [CHART])
    page.goto(url)
    _await_all(page, 1)
    page.wait_for_timeout(1000)
    context.close()
    return sum(sizes)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


if __name__ == "__main__":
    sys.exit(main())
