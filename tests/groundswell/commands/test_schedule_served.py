"""The schedule under `groundswell serve`: it runs, and ends in order, whoever is killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from groundswell.schedule import child
from groundswell.store.owner import served_by
from tests.collectors.fake_hackernews import FakeSearch
from tests.groundswell.commands.conftest import Groundswell, hits, printed
from tests.groundswell.commands.waiting import JOB, PATIENCE_S, Gate, held_up, last, wait_for

pytestmark = pytest.mark.slow

Serve = Callable[[], "subprocess.Popen[str]"]


@pytest.fixture
def gate(site: FakeSearch) -> Iterator[Gate]:
    """A site with many answers that stops after three."""
    site.hits = hits(2_500)
    site.before_answer = one = Gate(3)
    yield one
    one.opened.set()


@pytest.fixture
def serve(home: Path, environment: dict[str, str]) -> Iterator[Serve]:
    """Starts `groundswell serve` and waits until it answers; killed after the test."""
    started: list[subprocess.Popen[str]] = []

    def starting() -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-m", "groundswell.cli", "serve", "--port", "0"],
            env=os.environ | environment | {"GROUNDSWELL_JETSTREAM_URL": "ws://127.0.0.1:9"},
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout is not None
        assert "Groundswell is at" in process.stdout.readline()
        return process

    yield starting
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait(PATIENCE_S)
        assert process.stdout is not None
        process.stdout.close()
    wait_for(lambda: child.holder(child.lock_of(home, JOB)) is None)


def test_the_first_signal_lets_a_run_keep_what_it_read(
    serve: Serve, groundswell: Groundswell, gate: Gate, home: Path
) -> None:
    groundswell("schedule", "add", "story")
    server = serve()
    pid = held_up(gate, home)
    server.send_signal(signal.SIGTERM)
    assert server.wait(PATIENCE_S) == 0
    assert not psutil.pid_exists(pid)
    run = last(groundswell)
    assert run["exit_code"] == 143
    assert str(run["outcome"]).startswith("Groundswell was stopped.")
    (record,) = printed(groundswell("status", "story", "--json"))
    assert record["posts"] > 0
    gate.opened.set()
    assert groundswell("collect", "story").exit_code == 0
    assert printed(groundswell("status", "story", "--json"))[0]["posts"] == 2_500


def test_a_second_signal_ends_a_run_that_does_not(
    serve: Serve, groundswell: Groundswell, gate: Gate, home: Path
) -> None:
    groundswell("schedule", "add", "story")
    server = serve()
    pid = held_up(gate, home)
    card = served_by(home)
    assert card is not None
    os.kill(pid, signal.SIGSTOP)
    server.send_signal(signal.SIGTERM)
    wait_for(lambda: not answers(card.url))
    server.send_signal(signal.SIGTERM)
    assert server.wait(PATIENCE_S) == 0
    assert not psutil.pid_exists(pid)
    assert last(groundswell)["exit_code"] == -signal.SIGKILL


def answers(url: str) -> bool:
    """Whether a server still takes questions."""
    try:
        httpx.get(f"{url}/_stcore/health", trust_env=False)
    except httpx.TransportError:
        return False
    return True
