"""A real Bluesky network on 127.0.0.1: started once for all network tests, stopped at their end.

It needs npm, PostgreSQL, Redis and the folder ``bluesky-network`` beside the repository.
``GROUNDSWELL_BLUESKY_NETWORK`` may name a folder where ``npm ci`` was run already.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

SHIPPED = Path(__file__).resolve().parents[2] / ".." / "shared" / "bluesky-network"
PORTS = ("PDS", "BSKY", "PLC", "OZONE", "INTROSPECT", "SEARCH", "PG", "REDIS", "JETSTREAM")
BULK = 1_050
CEILING = 60
APPEAR_S = 30.0


@dataclass(frozen=True)
class Network:
    """A running network. ``posts`` and ``accounts`` are what was seeded, by key."""

    pds: str
    appview: str
    search: str
    jetstream: str
    accounts: dict[str, dict[str, str]]
    posts: dict[str, dict[str, str]]
    admin_password: str

    def uri(self, key: str) -> str:
        return self.posts[key]["uri"]

    def did(self, name: str) -> str:
        return self.accounts[name]["did"]


@dataclass(frozen=True)
class Writer:
    """An account that a test made and writes with, by plain XRPC."""

    network: Network
    did: str
    handle: str
    password: str
    token: str

    def call(self, method: str, **body: Any) -> dict[str, Any]:
        answer = httpx.post(
            f"{self.network.pds}/xrpc/{method}",
            json=body,
            headers={"authorization": f"Bearer {self.token}"},
        )
        assert answer.status_code == 200, answer.text
        return dict(answer.json()) if answer.content else {}

    def post(self, text: str, time: str) -> str:
        record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": time, "langs": ["en"]}
        made = self.call(
            "com.atproto.repo.createRecord",
            repo=self.did,
            collection="app.bsky.feed.post",
            record=record,
        )
        return str(made["uri"])

    def put(self, uri: str, text: str, time: str) -> None:
        record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": time, "langs": ["en"]}
        self.call("com.atproto.repo.putRecord", **self._at(uri), record=record)

    def delete(self, uri: str) -> None:
        self.call("com.atproto.repo.deleteRecord", **self._at(uri))

    def _at(self, uri: str) -> dict[str, str]:
        rkey = uri.rpartition("/")[2]
        return {"repo": self.did, "collection": "app.bsky.feed.post", "rkey": rkey}


@pytest.fixture(scope="session")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    _skip_without_programs()
    run = tmp_path_factory.mktemp("run")
    with _folder_with_servers() as folder:
        yield from _running(folder, run)


def _running(folder: Path, run: Path) -> Iterator[Network]:
    ports = _free_ports()
    knobs = {"BULK": BULK, "SEARCH_CAP": CEILING, "RATE_LIMITS": 1, "RUN_DIR": run}
    knobs |= {"PYTHON": sys.executable}  # runs the stream: it has what that needs
    env = os.environ | {name: str(value) for name, value in (knobs | ports).items()}
    try:
        started = subprocess.run(
            ["./up.sh"], cwd=folder, env=env, capture_output=True, text=True, timeout=180
        )
        assert started.returncode == 0, started.stderr
        yield _read_state(run / "state.json", ports["JETSTREAM_PORT"])
    finally:
        subprocess.run(["./down.sh"], cwd=folder, env=env, check=True, timeout=60)


@pytest.fixture
def new_account(network: Network) -> Callable[[str], Writer]:
    """Makes an account by its name."""

    def make(name: str) -> Writer:
        given = {
            "handle": f"{name}.test",
            "email": f"{name}@example.com",
            "password": "sample-password-17",
        }
        answer = httpx.post(f"{network.pds}/xrpc/com.atproto.server.createAccount", json=given)
        assert answer.status_code == 200, answer.text
        made = answer.json()
        return Writer(network, made["did"], made["handle"], given["password"], made["accessJwt"])

    return make


@pytest.fixture
def until_found(network: Network) -> Callable[[str, Callable[[list[Any]], bool]], None]:
    """Waits until the network's own search, asked without login, shows what is expected."""

    def wait(words: str, expected: Callable[[list[Any]], bool]) -> None:
        deadline = time.monotonic() + APPEAR_S
        url = f"{network.appview}/xrpc/app.bsky.feed.searchPosts"
        while True:
            posts = httpx.get(url, params={"q": words, "limit": 100}).json()["posts"]
            if expected(posts):
                return
            assert time.monotonic() < deadline, f"the network does not show it: {posts}"
            time.sleep(0.1)

    return wait


@contextmanager
def _folder_with_servers() -> Iterator[Path]:
    """The prepared folder, else a copy with its 670 MB of packages, removed at the end."""
    prepared = os.environ.get("GROUNDSWELL_BLUESKY_NETWORK")
    if prepared:
        yield Path(prepared)
        return
    if not SHIPPED.is_dir():
        pytest.skip(f"no Bluesky network to start: {SHIPPED} is absent")
    with tempfile.TemporaryDirectory(prefix="groundswell-network-") as temporary:
        folder = Path(temporary) / SHIPPED.name
        shutil.copytree(SHIPPED, folder)
        folder.chmod(0o755)
        install = ["npm", "ci", "--no-audit", "--no-fund"]
        installed = subprocess.run(install, cwd=folder, capture_output=True, text=True, timeout=400)
        assert installed.returncode == 0, installed.stderr
        yield folder


def _skip_without_programs() -> None:
    for program in ("npm", "redis-server", "setpriv"):
        if shutil.which(program) is None:
            pytest.skip(f"the Bluesky network needs {program}, which is not installed")
    postgres = Path("/usr/lib/postgresql")
    if "PGBIN" not in os.environ and not any(postgres.glob("*/bin/initdb")):
        pytest.skip("the Bluesky network needs PostgreSQL's server programs, which are absent")


def _free_ports() -> dict[str, int]:
    with ExitStack() as held:  # all at once, so that no two are the same
        sockets = [held.enter_context(socket.socket()) for _ in PORTS]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return {
            f"{name}_PORT": each.getsockname()[1] for name, each in zip(PORTS, sockets, strict=True)
        }


def _read_state(path: Path, jetstream_port: int) -> Network:
    state = json.loads(path.read_text())
    return Network(
        pds=state["pds"],
        appview=state["appview"],
        search=state["search"],
        jetstream=f"ws://127.0.0.1:{jetstream_port}",
        accounts=state["accounts"],
        posts=state["posts"],
        admin_password=state["adminPassword"],
    )
