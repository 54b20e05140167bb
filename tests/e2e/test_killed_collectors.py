"""Collectors and owners killed at random moments: what is stored in the end is exactly what is."""

import csv
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.collectors.fake_hackernews import FakeSearch
from tests.groundswell.commands.conftest import TOPIC, hits

KILLS = int(os.environ.get("GROUNDSWELL_KILLS", "3"))
HITS = 3_000
SEED = 20250129

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(1800)]


@pytest.fixture
def site() -> Iterator[FakeSearch]:
    search = FakeSearch(hits(HITS))
    with search.serving():
        yield search


@pytest.fixture
def environment(site: FakeSearch, tmp_path: Path) -> dict[str, str]:
    home = tmp_path / "home"
    (home / "topics").mkdir(parents=True)
    (home / "topics" / "story.toml").write_text(TOPIC)
    return os.environ | {
        "GROUNDSWELL_HOME": str(home),
        "GROUNDSWELL_HACKERNEWS_URL": site.web.url,
        "GROUNDSWELL_ALLOW_PRIVATE_ADDRESSES": "1",
        "GROUNDSWELL_REQUEST_RATE_PER_S": "1000",
    }


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "groundswell.cli", *words]


def run(environment: dict[str, str], *words: str) -> None:
    done = subprocess.run(
        command(*words), env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr


def kill_after(seconds: float, environment: dict[str, str], words: Sequence[str]) -> bool:
    """Whether the command was still running when it was killed."""
    child = subprocess.Popen(
        command(*words), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        child.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        child.send_signal(signal.SIGKILL)
        child.wait()
        return True
    return False


def uris(environment: dict[str, str], out: Path) -> list[str]:
    run(environment, "export", "story", "--out", str(out))
    with (out / "posts.csv").open(encoding="utf-8", newline="") as file:
        return [row["uri"] for row in csv.DictReader(file)]


def test_killed_runs_lose_and_double_nothing(
    environment: dict[str, str], site: FakeSearch, tmp_path: Path
) -> None:
    """Each round kills a run of ``collect`` (it also absorbs), sooner or later in its life."""
    moments = random.Random(SEED)
    started = time.monotonic()
    run(environment, "collect", "story", "--since", "2025-01-28", "--until", "2025-01-28T01:00")
    whole_s = time.monotonic() - started
    killed = sum(
        kill_after(moments.uniform(0.3, 1.5) * whole_s, environment, ["collect", "story"])
        for _ in range(KILLS)
    )
    assert killed, f"no run of {KILLS} lived long enough to be killed (seed {SEED})"
    run(environment, "collect", "story")
    stored = uris(environment, tmp_path / "out")
    expected = {f"https://news.ycombinator.com/item?id={hit['objectID']}" for hit in site.hits}
    assert len(stored) == len(set(stored)) == HITS, f"seed {SEED}"
    assert set(stored) == expected
