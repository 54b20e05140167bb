"""Fakes for collectors in this process: a server of feeds, a Hacker News, a Bluesky."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from collectors._http import Http
from collectors.rss.collector import Rss
from tests.collectors.bluesky_desk import Desk
from tests.collectors.bluesky_server import FakeBluesky
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


@pytest.fixture
def server() -> FakeBluesky:
    return FakeBluesky()


@pytest.fixture
def desk(server: FakeBluesky, tmp_path: Path) -> Desk:
    return Desk(server, tmp_path)
