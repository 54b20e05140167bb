"""Homes with a story, with one post, with hostile texts and with nothing, each opened once."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import access
from dashboard.access import Access, Role
from groundswell.spool import Spool
from groundswell.store.owner import Owner, hold
from tests.dashboard import stories
from tests.dashboard.scripts import client_of

MAIN = Path(__file__).resolve().parents[2] / "dashboard" / "main.py"
SLOWEST_S = 60  # of a first run, with all its imports, on a busy machine

Open = Callable[..., AppTest]


def _owner(home: Path, fill: Callable[[Path], object], **topic: Any) -> Iterator[Owner]:
    stories.write_topic(home, **topic)
    fill(home)
    owner = stories.open_home(home)
    yield owner
    owner.stop()


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Owner]:
    """Three days of two sources, with a gap and one item in quarantine."""
    yield from _owner(
        tmp_path_factory.mktemp("story"), lambda home: stories.fill(home, stories.story())
    )


@pytest.fixture(scope="session")
def one_post(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Owner]:
    """A single post about which almost nothing is known."""
    lonely = stories.post(
        5, url=None, author=None, author_name=None, author_id=None, likes=None, replies=None
    )
    yield from _owner(tmp_path_factory.mktemp("one"), lambda home: _fill_one(home, lonely))


@pytest.fixture(scope="session")
def nothing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Owner]:
    """A topic that nobody has collected."""
    yield from _owner(tmp_path_factory.mktemp("nothing"), lambda _: None)


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Owner]:
    """The payload in every text that a stranger, a site or a topic's author can write."""
    yield from _owner(
        tmp_path_factory.mktemp("hostile"),
        lambda home: stories.fill(home, stories.hostile_posts()),
        title=stories.HOSTILE,
        event=stories.HOSTILE,
        target=stories.HOSTILE,
    )


@pytest.fixture(autouse=True)
def on_ones_own_machine() -> Iterator[None]:
    """Everybody may do everything, as on a machine of one's own, unless a test says otherwise."""
    access.hold(Access(everybody=Role.OPERATOR))
    yield
    access.hold(Access())


@pytest.fixture
def open_page() -> Open:
    """Opens a page of an owner's home at an address; ``view`` is ``overview``, ``posts`` …

    A process serves one home; the tests serve several, whose answers must not be mixed up."""
    st.cache_data.clear()
    st.cache_resource.clear()

    def opened(owner: Owner, view: str = "overview", **address: str | list[str]) -> AppTest:
        return at_address(owner, view, address).run()

    return opened


def opened_once(owner: Owner, view: str) -> AppTest:
    """A page for all tests of a module that only look at it."""
    st.cache_data.clear()
    st.cache_resource.clear()
    access.hold(Access(everybody=Role.OPERATOR))
    return at_address(owner, view, {}).run()


def at_address(owner: Owner, view: str, address: Mapping[str, str | list[str]]) -> AppTest:
    """A page of an owner's home that was not drawn yet."""
    hold(owner)
    app = AppTest.from_file(MAIN, default_timeout=SLOWEST_S)
    app.query_params["topic"] = stories.SLUG
    for name, value in address.items():
        app.query_params[name.removesuffix("_")] = value
    app.session_state["painted"] = True  # no pause for a browser that is not there
    if view != "overview":
        app.switch_page(f"views/{view}.py")
    return app


@pytest.fixture
def home(request: pytest.FixtureRequest) -> Owner:
    """The home that a test names."""
    owner: Owner = request.getfixturevalue(request.param)
    return owner


@pytest.fixture
def client(story: Owner) -> httpx.AsyncClient:
    """A script that asks the public API about the story."""
    return client_of(story)


def _fill_one(home: Path, post: Any) -> None:
    Spool(home, limit_bytes=10**9).write(stories.batch([post], "bluesky"))
