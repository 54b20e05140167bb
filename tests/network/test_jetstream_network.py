"""``groundswell stream`` against Bluesky's own servers, killed every few seconds, to the last byte.

The stream's server is a stand-in; records, accounts, deletions and profiles are Bluesky's own.
"""

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from groundswell.settings import Settings
from groundswell.store.rewrite import rewrite
from groundswell.stream_beat import last_beat
from tests.groundswell.store.traces import traces
from tests.network.conftest import BULK, Network, Writer
from tests.network.test_bluesky_network import NewAccount, expected

pytestmark = [pytest.mark.network, pytest.mark.timeout(900)]

ROOT = Path(__file__).resolve().parents[2]
STORM_S = float(os.environ.get("GROUNDSWELL_STORM_S", "120"))
SETTLE_S = 150.0
SEED = 20250129
POSTS = "app.bsky.feed.post"
TOPIC = 'title = "Storm"\nquery = "wayfarer"\n[sources.jetstream]\n'


@dataclass
class Home:
    """A home folder whose stream is started, killed and asked what it holds."""

    folder: Path
    env: dict[str, str]

    @contextmanager
    def streaming(self) -> Iterator[None]:
        """Runs the stream until it is told to stop."""
        child = self.start()
        try:
            yield
            child.send_signal(signal.SIGTERM)
            assert child.wait(timeout=60) == 0
        finally:
            child.kill()
            child.wait()

    def start(self) -> subprocess.Popen[bytes]:
        """The stream as a process, its words in ``stream.log``."""
        with (self.folder.parent / "stream.log").open("ab") as log:
            return subprocess.Popen(
                self.command("stream"), env=self.env, cwd=ROOT, stdout=log, stderr=log
            )

    def texts(self) -> dict[str, str]:
        """Text by address of all posts that an export shows."""
        out = self.folder.parent / "out"
        done = subprocess.run(
            [*self.command("export"), "storm", "--out", str(out)],
            env=self.env,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        with (out / "posts.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert len({row["uri"] for row in rows}) == len(rows)
        return {row["uri"]: row["text"] for row in rows}

    def until(self, expected: dict[str, str]) -> None:
        """Waits until an export shows exactly that."""
        deadline = time.monotonic() + SETTLE_S
        while (shown := self.texts()) != expected:
            if time.monotonic() > deadline:
                log = (self.folder.parent / "stream.log").read_text()[-2_000:]
                missing = {u: t for u, t in expected.items() if shown.get(u) != t}
                extra = {u: t for u, t in shown.items() if u not in expected}
                raise AssertionError(f"seed {SEED}: {missing=} {extra=} {log}")
            time.sleep(1)

    def until_heard(self) -> None:
        """Waits until a stream is open."""
        deadline = time.monotonic() + 60
        while not ((said := last_beat(self.folder)) and said.get("counts", {}).get("connections")):
            assert time.monotonic() < deadline, "the stream does not start"
            time.sleep(0.2)

    def command(self, name: str) -> list[str]:
        """The words of a command for this home."""
        return [sys.executable, "-m", "groundswell.cli", name, "--home", str(self.folder)]


@pytest.fixture
def home(network: Network, tmp_path: Path) -> Home:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("GROUNDSWELL_")}
    given = {
        "GROUNDSWELL_JETSTREAM_URL": network.jetstream,
        "GROUNDSWELL_JETSTREAM_FALLBACK_URLS": "[]",
        "GROUNDSWELL_BLUESKY_PUBLIC_URL": network.appview,
        "GROUNDSWELL_ALLOW_PRIVATE_ADDRESSES": "1",
    }
    folder = tmp_path / "home"
    (folder / "topics").mkdir(parents=True)
    (folder / "topics" / "storm.toml").write_text(TOPIC)
    return Home(folder, inherited | given)


@dataclass
class Authors:
    """Accounts that write, change and delete at random; ``gone`` words must not be left,
    nor ``replaced`` ones in the database: what was received is kept whole as long as the post."""

    chance: random.Random
    writers: list[Writer]
    kept: dict[str, tuple[Writer, str]] = field(default_factory=dict)  # uri: author, word in it
    gone: list[str] = field(default_factory=list)
    replaced: dict[str, list[str]] = field(default_factory=dict)  # by uri, earlier words
    words: int = 0

    def act(self) -> None:
        """One thing that somebody does."""
        author = self.chance.choice(self.writers)
        own = [uri for uri, (writer, _) in self.kept.items() if writer is author]
        deed = self.chance.random()
        if not own or deed < 0.55:
            self._write(author)
        elif deed < 0.7:
            self._edit(author, self.chance.choice(own))
        elif deed < 0.9:
            self._delete(author, self.chance.choice(own))
        else:
            uri = self.chance.choice(own)
            self._delete(author, uri)
            self._write(author, rkey=uri.rpartition("/")[2])

    def leave(self, author: Writer, *, for_good: bool) -> None:
        """The account is gone: all that it said is no longer to be seen, nor, for good, kept."""
        self.writers.remove(author)
        for uri in [uri for uri, (writer, _) in self.kept.items() if writer is author]:
            if for_good:
                self._gone(uri)
            else:
                del self.kept[uri]
                self.replaced.pop(uri, None)

    def _word(self) -> str:
        self.words += 1
        return f"w{self.words:05d}q{self.chance.randrange(10**9):09d}"

    def _write(self, author: Writer, **at: str) -> str:
        word = self._word()
        made = author.call(
            "com.atproto.repo.createRecord",
            repo=author.did,
            collection=POSTS,
            record=record(f"wayfarer {word}"),
            **at,
        )
        self.kept[str(made["uri"])] = (author, word)
        return str(made["uri"])

    def _edit(self, author: Writer, uri: str) -> None:
        self.replaced.setdefault(uri, []).append(self.kept[uri][1])
        word = self._word()
        author.call(
            "com.atproto.repo.putRecord",
            repo=author.did,
            collection=POSTS,
            rkey=uri.rpartition("/")[2],
            record=record(f"wayfarer {word}"),
        )
        self.kept[uri] = (author, word)

    def _delete(self, author: Writer, uri: str) -> None:
        self._gone(uri)
        author.delete(uri)

    def _gone(self, uri: str) -> None:
        self.gone += [self.kept.pop(uri)[1], *self.replaced.pop(uri, [])]


def record(text: str) -> dict[str, Any]:
    at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"$type": POSTS, "text": text, "createdAt": at, "langs": ["en"]}


def held_by(network: Network, dids: list[str]) -> dict[str, str]:
    """What the server of these accounts says it holds: text by address."""
    found: dict[str, str] = {}
    for did in dids:
        cursor: str | None = None
        while True:
            params = {"repo": did, "collection": POSTS, "limit": "100"}
            params |= {"cursor": cursor} if cursor else {}
            url = f"{network.pds}/xrpc/com.atproto.repo.listRecords"
            said = httpx.get(url, params=params).json()
            found |= {each["uri"]: each["value"]["text"] for each in said["records"]}
            cursor = said.get("cursor")
            if not cursor:
                break
    return found


def as_admin(network: Network, method: str, body: dict[str, Any]) -> None:
    answer = httpx.post(
        f"{network.pds}/xrpc/{method}", json=body, auth=("admin", network.admin_password)
    )
    assert answer.status_code == 200, answer.text


def wake_up(network: Network, author: Writer) -> None:
    url = f"{network.pds}/xrpc/com.atproto.server.activateAccount"  # a call without a body
    answer = httpx.post(url, headers={"authorization": f"Bearer {author.token}"})
    assert answer.status_code == 200, answer.text


def deactivate(author: Writer) -> None:
    author.call("com.atproto.server.deactivateAccount")


def take_down(author: Writer) -> None:
    subject = {"$type": "com.atproto.admin.defs#repoRef", "did": author.did}
    body = {"subject": subject, "takedown": {"applied": True, "ref": "sample"}}
    as_admin(author.network, "com.atproto.admin.updateSubjectStatus", body)


def wipe(author: Writer) -> None:
    as_admin(author.network, "com.atproto.admin.deleteAccount", {"did": author.did})


def test_a_stream_killed_every_few_seconds_holds_what_the_server_holds(
    network: Network, home: Home, new_account: NewAccount
) -> None:
    """Create, edit, delete, make anew, deactivate, take down and delete accounts meanwhile."""
    chance = random.Random(SEED)
    steady = [new_account(f"steady{n}") for n in range(3)]
    sleeper, banned, wiped = (new_account(name) for name in ("sleeper", "banned-one", "wiped-one"))
    authors = Authors(chance, [*steady, sleeper, banned, wiped])
    leaving = {0.4: (sleeper, deactivate), 0.6: (banned, take_down), 0.75: (wiped, wipe)}
    with home.streaming():
        home.until_heard()
        authors.act()
        home.until({uri: f"wayfarer {word}" for uri, (_, word) in authors.kept.items()})
    kills, begun, child = 0, time.monotonic(), home.start()
    kill_at = begun
    while (share := (time.monotonic() - begun) / STORM_S) < 1:
        authors.act()
        for moment in [moment for moment in leaving if moment <= share]:
            author, leave = leaving.pop(moment)
            leave(author)
            authors.leave(author, for_good=author is not sleeper)
        if time.monotonic() >= kill_at:
            child.kill()
            child.wait()
            kills += 1
            child = home.start()
            kill_at = time.monotonic() + chance.uniform(2, 9)
        time.sleep(0.2)
    child.kill()
    child.wait()
    assert not leaving
    with home.streaming():
        expected = held_by(network, [author.did for author in steady])
        home.until(expected)
    assert expected == {uri: f"wayfarer {word}" for uri, (_, word) in authors.kept.items()}
    assert kills >= STORM_S / 15
    assert len(authors.gone) > 20
    rewrite(home.folder, Settings(home=home.folder))
    left = [word for word in authors.gone if traces(home.folder, word)]
    assert not left, f"seed {SEED}: {left[:3]} in {traces(home.folder, left[0])}"
    earlier = [word for words in authors.replaced.values() for word in words]
    database = (home.folder / "groundswell.duckdb").read_bytes()
    assert [word for word in earlier if word.encode() in database] == []


def test_an_account_that_comes_back_is_shown_again_and_opting_out_is_heeded(
    network: Network, home: Home, new_account: NewAccount
) -> None:
    """BSK-26: the text of who asks not to be shown to strangers is kept nowhere."""
    sleeper, shy = new_account("napper"), new_account("shy-one")
    labels = {
        "$type": "com.atproto.label.defs#selfLabels",
        "values": [{"val": "!no-unauthenticated"}],
    }
    shy.call(
        "com.atproto.repo.putRecord",
        repo=shy.did,
        collection="app.bsky.actor.profile",
        rkey="self",
        record={"$type": "app.bsky.actor.profile", "labels": labels},
    )
    url = f"{network.appview}/xrpc/app.bsky.actor.getProfile"
    while "!no-unauth" not in httpx.get(url, params={"actor": shy.did}).text:
        time.sleep(0.2)
    with home.streaming():
        home.until_heard()
        uri = sleeper.post("wayfarer asleep", _now())
        shy.post("wayfarer whispered", _now())
        home.until({uri: "wayfarer asleep"})
        sleeper.call("com.atproto.server.deactivateAccount")
        home.until({})
        wake_up(network, sleeper)
        home.until({uri: "wayfarer asleep"})
    assert traces(home.folder, "whispered") == []


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@pytest.mark.parametrize("faults", ["", "close_after=50&duplicate=1", "garbage=1&close_after=200"])
def test_bsk_15_every_seeded_post_arrives_once_whatever_the_line_does(
    network: Network, home: Home, faults: str
) -> None:
    """BSK-12, BSK-15: cut every so many events, everything twice, rubbish in between."""
    (home.folder / "topics" / "storm.toml").write_text(TOPIC.replace("wayfarer", "deepseek"))
    server = network.jetstream.replace("ws:", "http:")
    try:
        httpx.get(f"{server}/_fault?{faults}")
        done = subprocess.run(
            [*home.command("collect"), "storm", "--json"],
            env=home.env,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=300,
        )
    finally:
        httpx.get(f"{server}/_fault")
    (outcome,) = json.loads(done.stdout)
    assert outcome["posts"] >= BULK, done.stderr
    whole = expected(network)
    assert sorted(home.texts()) == [uri for uri in whole if uri != network.uri("shy1")]
