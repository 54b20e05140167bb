"""A server of feeds and a collector that reads them in this process; a fake Hacker News."""

from collections.abc import Iterator

import pytest

from collectors._http import Http
from collectors.rss import Rss
from tests.collectors.clock import Clock
from tests.collectors.fake_hackernews import FakeSearch
from tests.collectors.feed_press import SETTINGS, HereAndNow, Press


@pytest.fixture
def press() -> Iterator[Press]:
    server = Press()
    with server.web:
        yield server


@pytest.fixture
def reads() -> Rss:
    clock = Clock()
    http = Http(SETTINGS, source="rss", sleep=clock.sleep, now=clock.now)
    return Rss(SETTINGS, http, HereAndNow())


@pytest.fixture
def site() -> Iterator[FakeSearch]:
    fake = FakeSearch()
    with fake.serving():
        yield fake
