"""Jobs edited through the owner of a served home, and run as real processes that collect."""

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette

from dashboard import schedule_api
from dashboard.api import routes
from groundswell.schedule import child, keeper
from groundswell.schedule.keeper import Keeper
from groundswell.schedule.paces import Paces
from groundswell.settings import load
from groundswell.store.owner import Owner, OwnerCard, served_by
from tests.collectors.fake_hackernews import FakeSearch
from tests.groundswell.commands.conftest import Groundswell, hits, printed
from tests.groundswell.commands.waiting import JOB, PATIENCE_S, Gate, held_up, job, last, wait_for

pytestmark = pytest.mark.slow  # real servers, killed

# An owner with a schedule and no pages, that somebody will kill.
KEEP = """
import socket, uvicorn
from starlette.applications import Starlette
from dashboard import api, schedule_api
from groundswell.schedule.keeper import Keeper
from groundswell.settings import load
from groundswell.store.owner import Owner
listener = socket.create_server(("127.0.0.1", 0))
url = f"http://127.0.0.1:{listener.getsockname()[1]}"
owner = Owner(load().home, load(), url=url)
owner.start()
Keeper(owner, load()).start()
app = Starlette(
    routes=[*api.routes(owner, owner.token), *schedule_api.routes(owner, owner.token)]
)
uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off")).run(sockets=[listener])
"""


@pytest.fixture
def kept(
    home: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[OwnerCard]:
    """The home, owned and its schedule run by this process, as `groundswell serve` does it."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(Paces, "start", lambda _: None)  # a process that loads every source
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    owner = Owner(home, load(), url=url)
    mine = Keeper(owner, load())
    keeper.hold(mine)
    every = [*routes(owner, owner.token), *schedule_api.routes(owner, owner.token)]
    server = uvicorn.Server(
        uvicorn.Config(Starlette(routes=every), log_level="warning", lifespan="off")
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    for one in (owner, mine, thread):
        one.start()
    card = served_by(home)
    assert card is not None
    yield card
    server.should_exit = True
    thread.join()
    mine.stop()
    keeper.hold(None)
    owner.stop()


@pytest.fixture
def gate(site: FakeSearch) -> Iterator[Gate]:
    """A site with some answers that stops at the first."""
    site.hits = hits(40)
    site.before_answer = one = Gate(0)
    yield one
    one.opened.set()


def test_a_job_added_to_a_running_server_collects_and_is_booked(
    kept: OwnerCard, groundswell: Groundswell
) -> None:
    assert groundswell("schedule", "add", "story", "--every", "15m").exit_code == 0
    wait_for(lambda: job(groundswell)["state"] == "waiting")
    run = last(groundswell)
    assert (run["exit_code"], run["refused"]) == (0, 0)
    assert "40 posts" in str(run["outcome"])
    wait_for(lambda: printed(groundswell("status", "story", "--json"))[0]["posts"] == 40)
    (record,) = printed(groundswell("status", "story", "--json"))
    assert record["next_run_at"] == job(groundswell)["next_run_at"] is not None
    assert groundswell("schedule", "pause", JOB).exit_code == 0
    assert printed(groundswell("status", "story", "--json"))[0]["next_run_at"] is None


def test_run_now_is_refused_while_it_runs(
    kept: OwnerCard, groundswell: Groundswell, gate: Gate, home: Path
) -> None:
    groundswell("schedule", "add", "story")
    pid = held_up(gate, home)
    refused = groundswell("schedule", "run-now", JOB)
    assert refused.exit_code == 1
    assert f"{JOB} is running already (process {pid})" in refused.stderr
    shown = groundswell("schedule", "list")
    assert "running since" in shown.stdout
    assert "Nobody runs these" not in shown.stderr
    gate.opened.set()
    wait_for(lambda: last(groundswell)["exit_code"] == 0)


def test_a_removed_job_ends_in_the_middle_of_its_run(
    kept: OwnerCard, groundswell: Groundswell, gate: Gate, home: Path
) -> None:
    groundswell("schedule", "add", "story")
    held_up(gate, home)
    assert groundswell("schedule", "remove", JOB).exit_code == 0
    wait_for(lambda: child.holder(child.lock_of(home, JOB)) is None)
    assert printed(groundswell("schedule", "list", "--json")) == []


def test_a_killed_owner_leaves_no_run_behind_and_the_next_goes_on(
    groundswell: Groundswell, gate: Gate, home: Path, environment: dict[str, str]
) -> None:
    groundswell("schedule", "add", "story")
    owner = subprocess.Popen([sys.executable, "-c", KEEP], env=environment)
    held_up(gate, home)
    wait_for(lambda: job(groundswell)["state"] == "running")
    owner.kill()
    owner.wait(PATIENCE_S)
    wait_for(lambda: child.holder(child.lock_of(home, JOB)) is None)
    gate.opened.set()
    assert job(groundswell)["state"] == "running"  # nobody has seen its end yet
    settings = load(home)
    heir = Owner(home, settings)
    one = Keeper(heir, settings)
    one.turn()
    heir.stop()
    run = last(groundswell)
    assert (run["exit_code"], run["outcome"]) == (None, "Nobody saw its end.")
    assert groundswell("collect", "story").exit_code == 0
    assert printed(groundswell("status", "story", "--json"))[0]["posts"] == 40


def test_the_routes_are_for_holders_of_the_token(kept: OwnerCard) -> None:
    token = {"Authorization": f"Bearer {kept.token}"}
    with httpx.Client(base_url=kept.url, trust_env=False) as web:
        assert web.get("/api/schedule").status_code == 401
        assert web.post("/api/schedule/add", json={}).status_code == 401
        assert web.get("/api/schedule/remove", headers=token).status_code == 405
        for body in (
            b"",
            b"[]",
            b"{",
            b"[" * 60_000,
            b'{"kind": "stream"}',
            b"\xff",
            b"{}",
            b" " * 70_000,
        ):
            answer = web.post("/api/schedule/add", content=body, headers=token)
            assert answer.status_code == 400, body[:20]
            assert answer.json()["reason"] == "wrong_use"
        for verb, said in (("explode", {"name": "x"}), ("run-now", {"name": 3})):
            assert web.post(f"/api/schedule/{verb}", json=said, headers=token).status_code == 400
        assert web.get("/api/schedule", headers=token).json()["jobs"] == []


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "collect", "topic": "../up", "sources": ["rss"], "every_s": 900},
        {"kind": "collect", "topic": "story", "sources": ["../up"], "every_s": 900},
        {"kind": "collect", "topic": "story", "sources": "rss", "every_s": 900},
        {"kind": "collect", "topic": "story", "sources": ["rss"], "every_s": 5},
        {"kind": "collect", "topic": "story", "sources": ["rss"], "every_s": True},
        {"kind": "collect", "topic": "story", "sources": ["rss"], "every_s": 1e300},
        {"kind": "collect", "topic": "story", "sources": ["rss"], "cron": "nonsense"},
        {"kind": "collect", "topic": "story", "sources": ["rss"], "cron": 7},
        {"kind": "collect", "topic": 4, "sources": ["rss"], "every_s": 900},
        {"kind": ["collect"], "topic": "story", "sources": ["rss"], "every_s": 900},
    ],
)
def test_an_edit_that_is_wrong_is_a_sentence_and_changes_nothing(
    kept: OwnerCard, said: dict[str, object]
) -> None:
    token = {"Authorization": f"Bearer {kept.token}"}
    with httpx.Client(base_url=kept.url, trust_env=False, headers=token) as web:
        answer = web.post("/api/schedule/add", json=said)
        assert (answer.status_code, answer.json()["reason"]) == (400, "wrong_use")
        assert web.get("/api/schedule").json()["jobs"] == []
