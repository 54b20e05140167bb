"""A backlog's memory is judged late against early, and by all of its processes."""

import subprocess
import sys
from collections.abc import Sequence

import psutil
import pytest

from bench import backlog
from bench._promise import Promise


def named(held: Sequence[float], rows: int) -> dict[str, Promise]:
    return {one.name: one for one in backlog.promises(held, rows, rows, 10.0)}


def test_what_is_held_at_the_end_counts_against_the_second_quarter() -> None:
    flat = named([1.0] * 25 + [300.0] * 75, backlog.ROWS)
    assert flat["score_memory_growth"].value == pytest.approx(1.0)
    growing = named([float(n) for n in range(100)], backlog.ROWS)
    assert growing["score_memory_growth"].holds is False
    assert growing["score_readings_per_cpu_s"].value == 2 * backlog.ROWS / 10


@pytest.mark.parametrize("held", [[], [1.0] * 100])
def test_a_short_run_says_nothing_of_memory(held: list[float]) -> None:
    growth = named(held, backlog.QUICK_ROWS)["score_memory_growth"]
    assert growth.holds is None
    assert growth.reason == "too short a run to tell"


def test_children_count_and_who_is_gone_holds_nothing() -> None:
    script = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'input()'])"
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE) as parent:
        one = psutil.Process(parent.pid)
        while not one.children():
            assert parent.poll() is None
        assert backlog.megabytes(one) > one.memory_info().rss / 1e6
        parent.communicate(b"\n")
    assert backlog.megabytes(one) == 0.0


def test_a_command_that_fails_is_no_measurement() -> None:
    with pytest.raises(RuntimeError, match="ended with 3"):
        backlog.watched([sys.executable, "-c", "raise SystemExit(3)"])
