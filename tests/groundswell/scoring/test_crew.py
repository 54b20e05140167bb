"""A backlog is shared, comes back in order, and its helpers never outlive who called them."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence

import psutil
import pytest

from groundswell.errors import GroundswellError
from groundswell.scoring.crew import LEAST_ITEMS, cores, crew

SLEEP_S = 60


def with_pid(items: Sequence[int], more: int) -> list[tuple[int, int]]:
    return [(item + more, os.getpid()) for item in items]


def end_itself(items: Sequence[object]) -> list[object]:
    os.kill(os.getpid(), signal.SIGKILL)
    return list(items)


def divided(items: Sequence[int], by: int) -> list[int]:
    return [item // by for item in items]


def missing(items: Sequence[int]) -> list[int]:
    raise FileNotFoundError(items[0])


def sleep_long(items: Sequence[object]) -> list[object]:
    time.sleep(SLEEP_S)
    return list(items)


def test_little_is_read_where_it_is() -> None:
    with crew(2) as others:
        assert others.share(with_pid, [1, 2], 10) == [(11, os.getpid()), (12, os.getpid())]


def test_much_is_shared_in_order_and_the_helpers_end() -> None:
    with crew(2) as others:
        found = others.share(with_pid, range(LEAST_ITEMS + 1), 0)
        assert [item for item, _ in found] == list(range(LEAST_ITEMS + 1))
        helpers = {pid for _, pid in found}
        assert os.getpid() not in helpers
        again = others.share(with_pid, range(LEAST_ITEMS), 0)
        assert {pid for _, pid in again} <= {c.pid for c in psutil.Process().children()} | helpers
    assert not any(map(psutil.pid_exists, helpers))


def test_one_alone_starts_nobody() -> None:
    with crew(1) as others:
        assert {pid for _, pid in others.share(with_pid, range(LEAST_ITEMS), 0)} == {os.getpid()}


def test_a_helper_that_is_killed_is_told() -> None:
    with crew(2) as others, pytest.raises(GroundswellError, match="ended early"):
        others.share(end_itself, range(LEAST_ITEMS))


def test_a_helper_that_is_killed_is_told_also_where_much_waits_to_be_read() -> None:
    longer_than_a_pipe = ["so much is said in this text"] * LEAST_ITEMS * 20
    with crew(2) as others, pytest.raises(GroundswellError, match="ended early"):
        others.share(end_itself, longer_than_a_pipe)


def test_what_reading_raises_is_raised_here_and_the_next_backlog_is_read_again() -> None:
    with crew(2) as others:
        with pytest.raises(ZeroDivisionError):
            others.share(divided, range(LEAST_ITEMS), 0)
        with pytest.raises(FileNotFoundError):
            others.share(missing, range(LEAST_ITEMS))
        assert others.share(divided, range(LEAST_ITEMS), 1) == list(range(LEAST_ITEMS))


def test_helpers_end_when_their_caller_is_killed() -> None:
    code = (
        "import time\n"
        "from groundswell.scoring.crew import crew\n"
        "from tests.groundswell.scoring.test_crew import with_pid\n"
        "if __name__ == '__main__':\n"
        "    with crew(2) as others:\n"
        "        found = others.share(with_pid, range(1000), 0)\n"
        "        print(*{pid for _, pid in found}, flush=True)\n"
        "        time.sleep(60)\n"
    )
    caller = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert caller.stdout is not None
    helpers = [int(pid) for pid in caller.stdout.readline().split()]
    caller.kill()
    caller.wait()
    assert helpers
    deadline_s = time.monotonic() + 20
    while any(map(_runs, helpers)) and time.monotonic() < deadline_s:
        time.sleep(0.05)
    assert not any(map(_runs, helpers))


def _runs(pid: int) -> bool:
    """An ended process whose new parent has not buried it runs no more."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_machine_has_cores() -> None:
    assert 1 <= cores() <= 4


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Tests that a shell runs in the background would ignore SIGINT."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_what_is_stopped_does_not_wait_for_its_helpers() -> None:
    begin_s = time.monotonic()
    with crew(2) as others:
        others.share(with_pid, range(LEAST_ITEMS), 0)
        main = threading.main_thread().ident
        assert main is not None
        threading.Timer(0.5, signal.pthread_kill, [main, signal.SIGINT]).start()
        with pytest.raises(KeyboardInterrupt):
            others.share(sleep_long, range(LEAST_ITEMS))
    assert time.monotonic() - begin_s < SLEEP_S


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("after_s", [n / 100 for n in range(10)])
def test_it_can_be_stopped_while_helpers_begin(after_s: float) -> None:
    begin_s = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        share_until_stopped(after_s)
    assert time.monotonic() - begin_s < SLEEP_S


def share_until_stopped(after_s: float) -> None:
    longer_than_a_pipe = ["so much is said in this text"] * LEAST_ITEMS * 20
    main = threading.main_thread().ident
    assert main is not None
    with crew(2) as others:
        threading.Timer(after_s, signal.pthread_kill, [main, signal.SIGINT]).start()
        others.share(sleep_long, longer_than_a_pipe)
