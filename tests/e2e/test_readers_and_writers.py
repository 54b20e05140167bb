"""Collectors write while eight people read: no error on any page, and every post arrives."""

import asyncio
import os
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright

from groundswell.settings import Settings
from groundswell.spool import Spool
from groundswell.store import questions
from groundswell.store.filters import Filters
from groundswell.store.owner import open_briefly
from tests.dashboard import stories
from tests.e2e.conftest import LOOKS
from tests.e2e.serving import CHROMIUM, PATIENCE_MS, QUIET, served

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

DURATION_S = float(os.environ.get("GROUNDSWELL_READERS_S", "60"))
READERS = 8
BATCH = 50
EVERY_S = 0.5
PATHS = (
    "/?topic={0}",
    "/?topic={0}&source=bluesky",
    "/posts?topic={0}&order=loudest&page=2",
    "/posts?topic={0}&keyword=distillation",
    "/sources?topic={0}",
    "/export?topic={0}",
)
TROUBLE = "[data-testid=stException], [data-testid=stAlertContentError]"


class Collector(threading.Thread):
    """Hands over batches as a live source would, until told to stop."""

    def __init__(self, home: Path) -> None:
        super().__init__(name="collector")
        self.written = 0
        self._spool = Spool(home, limit_bytes=10**9)
        self._stop_now = threading.Event()

    def run(self) -> None:
        while not self._stop_now.wait(EVERY_S):
            first = 10_000 + self.written
            posts = [
                stories.post(n, created_at=stories.START + timedelta(seconds=n - 10_000))
                for n in range(first, first + BATCH)
            ]
            self._spool.write(stories.batch(posts, "bluesky", run_id="live", seq=first))
            self.written += BATCH

    def stop(self) -> None:
        """Ends after the batch at hand."""
        self._stop_now.set()
        self.join()


async def _read(browser: Browser, url: str, end_s: float, seed: int) -> tuple[int, list[str]]:
    """Looks at one page after the other; how many, and what went wrong."""
    dice, seen, trouble = random.Random(seed), 0, []
    context = await browser.new_context(**LOOKS["light"])  # type: ignore[arg-type]  # a table of keyword arguments
    page = await context.new_page()

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            trouble.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: trouble.append(str(error)))
    while time.monotonic() < end_s:
        path = dice.choice(PATHS).format(stories.SLUG)
        await page.goto(url + path)
        trouble += await _wrong(page, path)
        seen += 1
        await asyncio.sleep(dice.uniform(0.5, 1.5))
    await context.close()
    return seen, trouble


async def _wrong(page: Page, path: str) -> list[str]:
    """Errors shown on a page that has been drawn; a page that never is, is one too."""
    await page.locator("h1").wait_for(timeout=PATIENCE_MS)
    await page.locator("[data-test-script-state=notRunning]").wait_for(timeout=PATIENCE_MS)
    return [f"{path}: {text}" for text in await page.locator(TROUBLE).all_inner_texts()]


async def _watched(url: str, collector: Collector) -> list[tuple[int, list[str]]]:
    """What each reader saw while ``collector`` wrote."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        collector.start()
        try:
            end_s = time.monotonic() + DURATION_S
            return await asyncio.gather(
                *(_read(browser, url, end_s, seed) for seed in range(READERS))
            )
        finally:
            collector.stop()
            await browser.close()


def test_eight_readers_see_no_error_while_posts_come_in(tmp_path: Path) -> None:
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not installed (apt-get install chromium)")
    stories.write_topic(tmp_path)
    stories.fill(tmp_path, stories.story())
    collector = Collector(tmp_path)
    with served(tmp_path) as url, ThreadPoolExecutor(1) as thread:
        # a thread of its own: the browser of the other tests keeps an event loop in this one
        results = thread.submit(lambda: asyncio.run(_watched(url, collector))).result()
    assert [text for _, trouble in results for text in trouble] == []
    assert min(seen for seen, _ in results) >= 1
    assert collector.written >= BATCH
    assert _stored(tmp_path) == len(stories.story()) + collector.written


def _stored(home: Path) -> int:
    with open_briefly(home, Settings(home=home)) as visit, visit.read() as cursor:
        return questions.count(cursor, Filters(topic=stories.SLUG))
