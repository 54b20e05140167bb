"""Runs as real processes: their lock, heartbeat, limits and end, and what a gone owner means."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from groundswell.errors import HomeError, HomeIsOwned
from groundswell.schedule import child
from groundswell.schedule.child import Process
from groundswell.settings import Settings

PATIENCE_S = 60.0
# Stands for the command line: it can wait, shout, allocate and start another process.
PLAY = """
import subprocess, sys, time
from groundswell import confined

def play(words):
    say, *more = words
    print("began", flush=True)
    if say == "waits":
        time.sleep(600)
    elif say == "stubborn":
        import signal
        signal.signal(signal.SIGTERM, lambda *_: print("not yet", flush=True))
        while True:
            time.sleep(0.05)
    elif say == "hoards":
        hoard = [bytearray(10**6) for _ in range(1000)]
    elif say == "leaves":
        other = subprocess.Popen(["sleep", "600"])
        print(other.pid, flush=True)
    elif say == "talks":
        print(("x" * 99 + chr(10)) * 60_000, flush=True)
        time.sleep(600)
    sys.exit(3)

confined.main = play
confined.confined()
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", job_memory_bytes=600_000_000)


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Process]]:
    """Starts a run of the job ``j`` that plays a part; ended after the test."""
    whole = subprocess.Popen
    started: list[Process] = []

    def popen(argv: list[str], **more: object) -> "subprocess.Popen[bytes]":
        assert argv[1:3] == ["-m", "groundswell.confined"]
        return whole([argv[0], "-c", PLAY, *argv[3:]], **more)  # type: ignore[call-overload, no-any-return]  # passed on

    monkeypatch.setattr(subprocess, "Popen", popen)

    def starting(part: str) -> Process:
        started.append(child.start_words("j", [part], settings, beat_s=0.05))
        return started[-1]

    yield starting
    for one in started:
        one.kill()
        wait_for(lambda one=one: one.exit_code() is not None)  # type: ignore[misc]  # one is bound


def wait_for(what: Callable[[], object]) -> None:
    end_s = time.monotonic() + PATIENCE_S
    while not what():
        assert time.monotonic() < end_s, "it did not come"
        time.sleep(0.02)


def test_a_run_ends_with_the_code_of_its_command_and_its_last_words(
    run: Callable[[str], Process],
) -> None:
    one = run("ends")
    wait_for(lambda: one.exit_code() is not None)
    assert (one.exit_code(), one.last_words()) == (3, "began")


def test_a_run_gives_signs_of_life_and_holds_the_lock_of_its_job(
    run: Callable[[str], Process], settings: Settings
) -> None:
    one = run("waits")
    lock = child.lock_of(settings.home, "j")
    assert child.holder(lock) == one.pid
    wait_for(lambda: one.last_words() == "began")
    first = one.heartbeat_at()
    wait_for(lambda: one.heartbeat_at() != first)
    one.ask()
    wait_for(lambda: one.exit_code() is not None)
    assert one.exit_code() == -signal.SIGTERM
    assert child.holder(lock) is None


def test_a_second_run_is_refused_at_once_and_the_first_goes_on(
    run: Callable[[str], Process],
) -> None:
    first = run("waits")
    with pytest.raises(HomeIsOwned, match=f"running already .process {first.pid}"):
        run("waits")
    assert first.exit_code() is None


def test_a_run_that_needs_too_much_memory_is_told_so(run: Callable[[str], Process]) -> None:
    one = run("hoards")
    wait_for(lambda: one.exit_code() is not None)
    assert one.exit_code() == 71
    assert "more memory than its limit of 600,000,000 bytes" in one.last_words()


def test_nothing_that_a_run_started_is_left_running(run: Callable[[str], Process]) -> None:
    one = run("leaves")
    wait_for(lambda: one.exit_code() is not None)
    left = int(one.last_words().split(" · ")[-1])
    wait_for(lambda: not psutil.pid_exists(left) or is_dead(left))


def test_a_run_that_will_not_end_is_killed(run: Callable[[str], Process]) -> None:
    one = run("stubborn")
    wait_for(lambda: one.last_words() == "began")
    one.ask()
    wait_for(lambda: "not yet" in one.last_words())
    assert one.exit_code() is None
    one.kill()
    wait_for(lambda: one.exit_code() is not None)
    assert one.exit_code() == -signal.SIGKILL


def test_a_log_without_end_begins_anew(run: Callable[[str], Process], settings: Settings) -> None:
    one = run("talks")
    log = child.log_of(settings.home, "j")
    wait_for(lambda: log.stat().st_size > child.LOG_CAP_BYTES)
    assert one.exit_code() is None  # who looks after the run keeps its log short
    assert log.stat().st_size < child.LOG_CAP_BYTES


def test_a_run_ends_in_order_when_its_owner_is_killed(settings: Settings) -> None:
    owner = (
        "import sys, time; from pathlib import Path\n"
        "from groundswell.schedule import child; from groundswell.settings import Settings\n"
        "child.sys.executable = sys.argv[2]\n"
        "one = child.start_words('j', ['waits'], Settings(home=Path(sys.argv[1])), beat_s=0.05)\n"
        "print(one.pid, flush=True); time.sleep(600)\n"
    )
    settings.home.mkdir()
    player = settings.home / "player"
    player.write_text(
        f"#!/bin/sh\nshift 2\nexec {sys.executable} -c '{PLAY}' \"$@\"\n".replace(
            "'began'", '"began"'
        )
    )
    player.chmod(0o700)
    process = subprocess.Popen(
        [sys.executable, "-c", owner, str(settings.home), str(player)], stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    pid = int(process.stdout.readline())
    log = child.log_of(settings.home, "j")
    wait_for(lambda: log.read_text() == "began\n")
    process.kill()
    process.wait(PATIENCE_S)
    wait_for(lambda: child.holder(child.lock_of(settings.home, "j")) is None)
    wait_for(lambda: not psutil.pid_exists(pid) or is_dead(pid))


def test_a_folder_that_cannot_be_written_is_a_sentence(settings: Settings) -> None:
    settings.home.mkdir()
    (settings.home / "locks").write_text("a file where a folder should be")
    with pytest.raises(HomeError, match="j could not be started"):
        child.start_words("j", ["status"], settings)


def test_the_number_of_a_dead_holder_is_nobody(tmp_path: Path) -> None:
    lock = tmp_path / "job.j.lock"
    assert child.holder(lock) is None
    lock.write_text(str(os.getpid()))  # left by a process whose number another has now
    assert child.holder(lock) is None


def is_dead(pid: int) -> bool:
    """Whether nothing is left of a process but an entry that nobody has read."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
