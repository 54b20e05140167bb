"""Waiting for runs of scheduled jobs, and a site that holds one up."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

from groundswell.schedule import child
from tests.collectors.web import Call
from tests.groundswell.commands.conftest import Groundswell, printed

JOB = "story.hackernews"
PATIENCE_S = 90.0


class Gate:
    """Holds the answers of the site back after so many, until it is opened."""

    def __init__(self, after: int) -> None:
        self._left = after
        self.reached, self.opened = threading.Event(), threading.Event()

    def __call__(self, _call: Call) -> None:
        if self._left == 0:
            self.reached.set()
            self.opened.wait(PATIENCE_S)
        self._left = max(0, self._left - 1)


def wait_for(what: Callable[[], object]) -> None:
    end_s = time.monotonic() + PATIENCE_S
    while not what():
        assert time.monotonic() < end_s, "it did not come"
        time.sleep(0.05)


def job(groundswell: Groundswell) -> dict[str, object]:
    """The only job there is."""
    (one,) = printed(groundswell("schedule", "list", "--json"))
    assert isinstance(one, dict)
    return one


def last(groundswell: Groundswell) -> dict[str, object]:
    """Its latest run."""
    run = job(groundswell)["last"]
    assert isinstance(run, dict)
    return run


def held_up(gate: Gate, home: Path) -> int:
    """The process of the run, once the site holds it up."""
    log = child.log_of(home, JOB)
    assert gate.reached.wait(PATIENCE_S), log.read_text() if log.exists() else "never started"
    pid = child.holder(child.lock_of(home, JOB))
    assert pid is not None
    return pid
