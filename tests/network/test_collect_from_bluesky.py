"""``groundswell collect`` as a person runs it, against Bluesky's own servers."""

import csv
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.network.conftest import BULK, Network
from tests.network.test_bluesky_network import NewAccount, UntilFound, expected

pytestmark = [pytest.mark.network, pytest.mark.timeout(600)]

ROOT = Path(__file__).resolve().parents[2]
TOPIC = """
title = "{title}"
query = "{query}"
since = 2025-01-01
[sources.bluesky]
"""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def outcome(self) -> dict[str, Any]:
        (outcome,) = json.loads(self.out)
        return dict(outcome)


@dataclass(frozen=True)
class Home:
    """A home folder and the environment of a user."""

    folder: Path
    env: dict[str, str]

    def topic(self, slug: str, query: str) -> None:
        (self.folder / "topics").mkdir(parents=True, exist_ok=True)
        text = TOPIC.format(title=slug, query=query)
        (self.folder / "topics" / f"{slug}.toml").write_text(text, encoding="utf-8")

    def run(self, *words: str, **env: str) -> Ended:
        main = "from groundswell.cli import main; main()"
        done = subprocess.run(
            [sys.executable, "-c", main, *words, "--home", str(self.folder)],
            env=self.env | env,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Ended(done.returncode, done.stdout, done.stderr)

    def exported(self, slug: str) -> list[dict[str, str]]:
        out = self.folder / "out"
        ended = self.run("export", slug, "--out", str(out))
        assert ended.code == 0, ended.err
        with (out / "posts.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def session(self) -> Path:
        (file,) = (self.folder / "sessions").glob("*.json")
        return file


@pytest.fixture
def home(network: Network, tmp_path: Path) -> Home:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("GROUNDSWELL_")}
    bob = network.accounts["bob"]
    given = {
        "GROUNDSWELL_BLUESKY_URL": network.pds,
        "GROUNDSWELL_BLUESKY_PUBLIC_URL": network.appview,
        "GROUNDSWELL_BLUESKY_HANDLE": bob["handle"],
        "GROUNDSWELL_BLUESKY_APP_PASSWORD": bob["password"],
        "GROUNDSWELL_ALLOW_PRIVATE_ADDRESSES": "1",
    }
    return Home(tmp_path / "home", inherited | given)


def test_check_2_every_seeded_post_is_collected_exactly_once(network: Network, home: Home) -> None:
    home.topic("story", "deepseek")
    first = home.run("collect", "story", "--json")
    assert (first.code, first.outcome["state"]) == (0, "ok"), first.err
    whole = expected(network, "backdated")
    assert first.outcome["posts"] == len(whole) > BULK
    assert first.outcome["withheld"] == 1
    shown = [post["uri"] for post in home.exported("story")]
    assert sorted(shown) == [uri for uri in whole if uri != network.uri("shy1")]

    second = home.run("collect", "story", "--json")
    assert second.code == 0, second.err
    assert second.outcome["pages"] < first.outcome["pages"]
    assert sorted(post["uri"] for post in home.exported("story")) == sorted(shown)


def test_posts_and_accounts_that_change_between_two_runs(
    home: Home, new_account: NewAccount, until_found: UntilFound
) -> None:
    author, leaver = new_account("traveller"), new_account("departed")
    home.topic("journey", "wayfarer")
    stays, edited, deleted = (author.post(f"wayfarer {i}", _ago(i + 1)) for i in range(3))
    left = leaver.post("wayfarer leaving", _ago(9))
    until_found("wayfarer", lambda posts: len(posts) == 4)
    assert home.run("collect", "journey", "--json").code == 0
    assert {p["uri"] for p in home.exported("journey")} == {stays, edited, deleted, left}

    author.delete(deleted)
    author.put(edited, "wayfarer, corrected", _ago(2))
    leaver.call("com.atproto.server.deactivateAccount")
    until_found("wayfarer", lambda posts: len(posts) == 2 and "corrected" in str(posts))
    second = home.run("collect", "journey", "--json")
    assert (second.code, second.outcome["posts"]) == (0, 2), second.err
    texts = {post["uri"]: post["text"] for post in home.exported("journey")}
    assert texts[edited] == "wayfarer, corrected"
    assert texts[stays] == "wayfarer 0"
    assert len(texts) == 4  # missing once is no proof of a deletion


@pytest.mark.parametrize("spoil", [lambda token: "old", lambda token: token[:-6] + "AAAAAA"])
def test_bsk_9_an_aged_session_is_refreshed_once_and_kept(
    home: Home, spoil: Callable[[str], str]
) -> None:
    home.topic("story", "deepseek")
    assert home.run("collect", "story", "--since", "2025-01-31", "--until", "2025-02-01").code == 0
    assert stat.S_IMODE(home.session().stat().st_mode) == 0o600
    kept = json.loads(home.session().read_text())
    home.session().write_text(json.dumps(kept | {"access": spoil(kept["access"])}))
    wrong = {"GROUNDSWELL_BLUESKY_APP_PASSWORD": "a-login-would-be-refused"}
    aged = home.run("collect", "story", "--since", "2025-01-29", "--until", "2025-01-30", **wrong)
    assert aged.code == 0, aged.err
    renewed = json.loads(home.session().read_text())
    assert renewed["refresh"] != kept["refresh"]
    after = home.run("collect", "story", "--since", "2025-01-30", "--until", "2025-01-31", **wrong)
    assert after.code == 0, after.err
    assert json.loads(home.session().read_text()) == renewed


def test_bsk_10_a_wrong_app_password_is_one_clear_line(home: Home) -> None:
    home.topic("story", "deepseek")
    secret = "not-the-app-password"
    ended = home.run("collect", "story", GROUNDSWELL_BLUESKY_APP_PASSWORD=secret)
    assert ended.code == 1
    assert "Make a new app password" in ended.err
    assert len(ended.err.strip().splitlines()) == 1
    files = [path for path in home.folder.rglob("*") if path.is_file()]
    assert not any(secret.encode() in path.read_bytes() for path in files)
    assert secret not in ended.out + ended.err


def test_without_login_the_run_ends_in_part_and_says_why(home: Home) -> None:
    home.topic("story", "deepseek")
    ended = home.run("collect", "story", "--json", GROUNDSWELL_BLUESKY_APP_PASSWORD="")
    assert (ended.code, ended.outcome["state"]) == (3, "partial")
    (gap,) = ended.outcome["gaps"]
    assert gap["status"] == "truncated"
    assert "needs an app password" in gap["reason"]
    assert 40 < ended.outcome["posts"] <= 60


def _ago(minutes: int) -> str:
    time = datetime.now(UTC) - timedelta(minutes=minutes)
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
