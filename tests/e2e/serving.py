"""A dashboard in a process of its own, and a browser page that notes all that happens."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import Page, Response, expect

CHROMIUM = Path("/usr/bin/chromium")
QUIET = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
PATIENCE_MS = 60_000
STOP_S = 30
_SERVE = """
import sys
from pathlib import Path
from dashboard.serve import serve
from groundswell.settings import Settings
said = lambda line: print(line, flush=True)
serve(Settings(home=Path(sys.argv[1])), port=int(sys.argv[2]), announce=said)
"""
# Elements come one by one after the run is over: the page is ready when it has charts in all of
# their places, something below its title, and has not changed for a while.
_STILL = """() => {
  const charts = [...document.querySelectorAll('[data-testid=stPlotlyChart]')];
  const size = document.querySelector('[data-testid=stMain]').innerHTML.length;
  const now = performance.now();
  if (size !== window.lastSize) { window.lastSize = size; window.changedAt = now; }
  return now - window.changedAt > 700
    && charts.every(chart => chart.querySelector('.js-plotly-plot .main-svg'));
}"""


@contextmanager
def served(home: Path) -> Iterator[str]:
    """Address of a dashboard over ``home``; stopped as a terminal stops it, and that in order."""
    process, url = started(home)
    try:
        yield url
    finally:
        process.terminate()
        code = process.wait(STOP_S)
    assert code == 0


def started(home: Path, port: int = 0) -> tuple["subprocess.Popen[str]", str]:
    """A dashboard that answers, for the caller to end, and its address. ``port`` 0: a free one."""
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVE, str(home), str(port)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    said = process.stdout.readline()
    assert "http://" in said, "the dashboard did not start"
    url = said.split()[-1]
    httpx.get(f"{url}/_stcore/health", timeout=STOP_S).raise_for_status()
    return process, url


@dataclass  # without slots: Playwright leaves marks on the owner of a handler
class Watched:
    """A page, and everything the browser complained of or asked for while it was open."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, page: Page, url: str, path: str) -> "Watched":
        """Opens ``path`` and waits until the page is drawn."""
        watched = cls(page=page, url=url)
        page.on("console", watched._console)
        page.on("pageerror", lambda error: watched.complaints.append(str(error)))
        page.on("request", lambda request: watched._request(request.url))
        page.on("response", watched._response)
        page.goto(url + path)
        watched.settle()
        return watched

    def settle(self) -> None:
        """Waits until the run is over and its charts are drawn."""
        expect(self.page.locator("h1")).to_be_visible(timeout=PATIENCE_MS)
        expect(self.page.locator("[data-testid=stApp]")).to_have_attribute(
            "data-test-script-state", "notRunning", timeout=PATIENCE_MS
        )
        self.page.wait_for_function(_STILL, timeout=PATIENCE_MS)

    def check(self) -> None:
        """Nothing complained, nothing asked of another site, nothing refused."""
        assert self.elsewhere == []
        assert self.refused == []
        assert self.complaints == []

    def wide(self) -> bool:
        """Whether the page is wider than the window."""
        wide: bool = self.page.evaluate(
            "() => document.documentElement.scrollWidth > innerWidth"
            " || document.querySelector('[data-testid=stMain]').scrollWidth > innerWidth"
        )
        return wide

    def bars(self, chart: int) -> dict[str, list[Any]]:
        """What the browser drew: the values of each trace of a chart by its name."""
        drawn: dict[str, list[Any]] = self.page.evaluate(
            "chart => Object.fromEntries(document.querySelectorAll('.js-plotly-plot')[chart]"
            ".data.map(trace => [trace.name, [...trace.y]]))",
            chart,
        )
        return drawn

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.text} ({message.location.get('url', '')})")

    def _request(self, url: str) -> None:
        ours = urlsplit(self.url).netloc
        if urlsplit(url).scheme not in ("data", "blob") and urlsplit(url).netloc != ours:
            self.elsewhere.append(url)

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self.refused.append(response.url)
