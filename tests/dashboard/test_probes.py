"""Whether the server lives and can answer, asked by who has neither login nor token."""

import threading
from collections.abc import Callable

import httpx
import pytest
from starlette.applications import Starlette

from dashboard import probes
from groundswell.errors import QueryTimeout, ShuttingDown
from groundswell.settings import Settings
from groundswell.store.owner import Owner
from tests.dashboard import stories


@pytest.fixture
def warm() -> threading.Event:
    loaded = threading.Event()
    loaded.set()
    return loaded


def client_of(owner: Owner, warm: threading.Event) -> httpx.AsyncClient:
    app = Starlette(routes=list(probes.routes(owner, warm)))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1")


async def test_a_server_that_works_is_alive_and_ready(story: Owner, warm: threading.Event) -> None:
    client = client_of(story, warm)
    alive, ready = await client.get("/healthz"), await client.get("/readyz")
    assert (alive.status_code, alive.json()) == (200, {"alive": True})
    assert (ready.status_code, ready.json()) == (200, {"ready": True, "reason": None})
    assert ready.headers["cache-control"] == "no-store"


async def test_what_they_say_is_the_same_whatever_is_stored(
    story: Owner, nothing: Owner, warm: threading.Event
) -> None:
    for path in ("/healthz", "/readyz"):
        said = [(await client_of(owner, warm).get(path)).content for owner in (story, nothing)]
        assert said[0] == said[1]
        assert stories.SLUG.encode() not in said[0]


async def test_pages_that_are_not_loaded_are_not_ready(story: Owner) -> None:
    answer = await client_of(story, threading.Event()).get("/readyz")
    assert (answer.status_code, answer.json()["reason"]) == (503, "pages")


@pytest.mark.parametrize(
    ("error", "reason"), [(ShuttingDown("secret"), "stopping"), (QueryTimeout("sql"), "database")]
)
async def test_a_database_that_does_not_answer_is_a_word(
    story: Owner,
    warm: threading.Event,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    reason: str,
) -> None:
    def refuse(_limit_s: float = 0) -> Callable[[], None]:
        raise error

    monkeypatch.setattr(story, "read", refuse)
    client = client_of(story, warm)
    answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"ready": False, "reason": reason})
    assert (await client.get("/healthz")).status_code == 200


async def test_an_owner_without_its_absorber_is_not_ready(
    warm: threading.Event, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("idle")
    owner = Owner(home, Settings(home=home))
    try:
        assert probes.unready(owner, warm) == "absorber"
        owner.start()
        assert probes.unready(owner, warm) is None
    finally:
        owner.stop()
    assert probes.unready(owner, warm) == "stopping"
