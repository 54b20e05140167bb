"""A home with one topic, a Hacker News search on this machine, and the command line."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from click.testing import CliRunner, Result
from starlette.applications import Starlette

from dashboard.api import routes
from dashboard.arguments_api import routes as arguments_routes
from dashboard.rights_api import routes as rights_routes
from groundswell.cli import main
from groundswell.settings import Settings
from groundswell.store.owner import Owner
from tests.collectors.fake_hackernews import FakeSearch, comment, story

TOPIC = """
title = "OpenAI and DeepSeek"
query = "openai AND deepseek"
since = 2025-01-28
until = 2025-01-31

[sources.hackernews]
"""
FIRST = datetime(2025, 1, 28, tzinfo=UTC)
Groundswell = Callable[..., Result]


def hits(count: int) -> list[dict[str, Any]]:
    """``count`` invented stories and comments about the topic, spread over its three days."""
    step_s = timedelta(days=3).total_seconds() / count
    made = []
    for number in range(count):
        at = int(FIRST.timestamp() + number * step_s)
        text = f"OpenAI and DeepSeek, take {number}"
        made.append(story(at, text) if number % 2 else comment(at, text, "39000000", "39000000"))
    return made


@pytest.fixture
def site() -> Iterator[FakeSearch]:
    """A search with 40 hits."""
    search = FakeSearch(hits(40))
    with search.serving():
        yield search


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home that knows the topic ``story``."""
    (tmp_path / "home" / "topics").mkdir(parents=True)
    (tmp_path / "home" / "topics" / "story.toml").write_text(TOPIC)
    return tmp_path / "home"


@pytest.fixture
def environment(site: FakeSearch, home: Path) -> dict[str, str]:
    """What points Groundswell at the fake site and the test's home."""
    return {
        "GROUNDSWELL_HOME": str(home),
        "GROUNDSWELL_HACKERNEWS_URL": site.web.url,
        "GROUNDSWELL_ALLOW_PRIVATE_ADDRESSES": "1",
        "GROUNDSWELL_REQUEST_TRIES": "2",
        "GROUNDSWELL_REQUEST_RATE_PER_S": "1000",
    }


@pytest.fixture
def groundswell(environment: dict[str, str]) -> Groundswell:
    """Runs a command in this process."""

    def run(*words: str, **more: str) -> Result:
        return CliRunner(env=environment | more).invoke(main, list(words))

    return run


@pytest.fixture
def served(home: Path) -> Iterator[Owner]:
    """The home, owned by another than the command, as `groundswell serve` owns it."""
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    owner = Owner(home, Settings(home=home), url=url)
    parts = (routes, arguments_routes, rights_routes)
    app = Starlette(routes=[route for part in parts for route in part(owner, owner.token)])
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    owner.start()
    thread.start()
    yield owner
    server.should_exit = True
    thread.join()
    owner.stop()


def printed(result: Result) -> Any:
    """The JSON a command printed."""
    return json.loads(result.stdout)
